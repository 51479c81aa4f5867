#!/usr/bin/python3
# SPDX-License-Identifier: EUPL-1.2
"""No way out: a storm of random chords and clicks on the citizen's window.

usage: test-storm.py BUILD RESULTS CHORDS SEED. Run on a virtual display of its own. The storm must
leave the same process in the same role, no window beside it, no child, no new file, and a store in
which nothing but drafts was added. The control is a plain GTK window, in which the same storm must
find a way out."""
import pathlib
import random
import re
import subprocess
import sys
import tempfile
import time

sys.path.insert(0, str(pathlib.Path(__file__).parent))

import kiosk_station as kiosk  # noqa: E402

MODIFIERS = ("ctrl", "alt", "shift", "super")
KEYS = ("a c d e f i l m n o p q s t u v w x z 0 1 9 period semicolon comma slash F1 F2 F3 F4 F5 F6 "
        "F7 F8 F9 F10 F11 F12 Tab Escape Return space BackSpace Delete Insert Menu Print Pause Home "
        "End Prior Next Left Right Up Down").split()
# what is known to open something in a program that does not close it comes more often
KNOWN = ("ctrl+shift+i", "ctrl+shift+d", "ctrl+o", "ctrl+p", "ctrl+n", "ctrl+q", "ctrl+w", "alt+F4",
         "F10", "shift+F10", "Menu", "ctrl+period", "ctrl+semicolon", "ctrl+shift+u", "ctrl+v",
         "shift+Insert", "alt+F2", "ctrl+alt+F2", "ctrl+alt+Delete", "super+l", "F11")
BATCH = 25


def chord(chance):
    if chance.random() < 0.2:
        return chance.choice(KNOWN)
    modifiers = [m for m in MODIFIERS if chance.random() < 0.3]
    return "+".join([*modifiers, chance.choice(KEYS)])


def windows():
    """Every mapped window on the display."""
    tree = subprocess.run(["xwininfo", "-root", "-tree"], capture_output=True, text=True,
                          check=True).stdout
    found = set()
    for number in re.findall(r"^\s+(0x[0-9a-f]+) ", tree, re.M):
        told = subprocess.run(["xwininfo", "-id", number], capture_output=True, text=True,
                              check=False).stdout
        if "IsViewable" in told:
            found.add(number)
    return found


def children(pid):
    return subprocess.run(["ps", "--ppid", str(pid), "-o", "comm="], capture_output=True, text=True,
                          check=False).stdout.split()


def files(*roots):
    return {str(path) for root in roots for path in pathlib.Path(root).rglob("*") if path.is_file()}


class Storm:
    """What is observed of @process, before and after."""
    def __init__(self, process, roots):
        self.process, self.roots = process, roots
        self.faults = []
        self.command = self.read_command()
        self.windows, self.files = windows(), files(*roots)

    def read_command(self):
        return pathlib.Path(f"/proc/{self.process.pid}/cmdline").read_bytes()

    def look(self, when):
        if self.process.poll() is not None:
            self.faults.append(f"{when}: the window ended with {self.process.returncode}")
            return
        if self.read_command() != self.command:
            self.faults.append(f"{when}: another program runs")
        if windows() - self.windows:
            self.faults.append(f"{when}: another window is open")
        voices = [name for name in children(self.process.pid)
                  if name not in ("espeak-ng", "spd-say")]
        if voices:
            self.faults.append(f"{when}: it started {voices}")
        new = {name for name in files(*self.roots) - self.files
               if not re.search(r"/station/(station\.db|run/)|/dconf/", name)}
        if new:
            self.faults.append(f"{when}: new files {sorted(new)[:5]}")

    def rage(self, chords, seed):
        chance = random.Random(seed)
        for start in range(0, chords, BATCH):
            if self.faults:
                return
            keys = [chord(chance) for _ in range(min(BATCH, chords - start))]
            subprocess.run(["xdotool", "key", "--delay", "4", *keys], check=True, timeout=60)
            subprocess.run(["xdotool", "mousemove", str(chance.randrange(1280)),
                            str(chance.randrange(800)), "click", chance.choice("1123")],
                           check=True, timeout=60)
            self.look(f"after {keys} (chord {start + len(keys)})")
        time.sleep(1)
        self.look("at the end")


def launch(command):
    process = subprocess.Popen([str(part) for part in command], env=kiosk.environment(),
                               stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    deadline = time.monotonic() + 60
    while not windows() and time.monotonic() < deadline:
        time.sleep(0.3)
    time.sleep(2)
    subprocess.run(["xdotool", "mousemove", "640", "400"], check=True)
    found = subprocess.run(["xdotool", "search", "--onlyvisible", "--pid", str(process.pid)],
                           capture_output=True, text=True, check=False).stdout.split()
    if found:
        subprocess.run(["xdotool", "windowfocus", "--sync", found[-1]], check=False, timeout=20)
    return process


def stop(process):
    if process.poll() is None:
        process.kill()
    process.wait()


def storm_the_kiosk(build, folder, chords, seed):
    station = kiosk.KioskStation(build, folder)
    before = station.run("request", "new", "other-case", "description=À ne pas toucher",
                         agent=True)["request"]
    process = launch([build / "app/ui/guichet", "--root", station.root, "--role", "citizen"])
    storm = Storm(process, [folder, pathlib.Path.home()])
    storm.rage(chords, seed)
    stop(process)
    station.run("db", "check")
    shown = station.run("request", "show", before, agent=True)
    if "À ne pas toucher" not in str(shown):
        storm.faults.append("a draft of the desk was changed")
    for request in station.run("request", "list")["requests"]:
        if request["state"] not in ("draft", "abandoned"):
            storm.faults.append(f"the citizen made a request that is {request['state']}")
    return storm.faults


def storm_a_leaky_window(build, folder, chords, seed):
    process = launch([build / "tests/ui/leaky-window"])
    storm = Storm(process, [folder])
    storm.rage(chords, seed)
    stop(process)
    return storm.faults


def main():
    build, chords, seed = pathlib.Path(sys.argv[1]).resolve(), int(sys.argv[3]), int(sys.argv[4])
    sys.stdout = open(sys.argv[2], "w", encoding="utf-8", buffering=1)
    tests = [(f"{chords} chords leave the kiosk as it was", storm_the_kiosk, False),
             ("the same storm finds the way out of a plain window", storm_a_leaky_window, True)]
    print(f"1..{len(tests)}")
    bad = 0
    for number, (name, run, expected) in enumerate(tests, 1):
        with tempfile.TemporaryDirectory(prefix="guichet-storm-") as folder:
            faults = run(build, pathlib.Path(folder), chords, seed)
        good = bool(faults) == expected
        bad += not good
        for fault in faults:
            print(f"# {fault}")
        print(f"{'ok' if good else 'not ok'} {number} - {name} (seed {seed})")
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())
