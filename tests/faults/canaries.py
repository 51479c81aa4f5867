#!/usr/bin/env python3
# SPDX-License-Identifier: EUPL-1.2
"""canaries.py: nothing private stays, in memory after the session or anywhere in the disk's life.

A visit (session.c) with made-up words for the passphrase, a field and a page, on a disk that
writes everything down, with its temporary folder and home on it too. At each stage the memory of
the living process is read through /proc; at the end the whole history of the disk is searched,
and what stands below the root. Then the open draft is pushed out to a swap of its own, and crashes:
neither the swap nor a core dump holds a word. Prints TAP.
"""
import base64
import os
import re
import resource
import secrets
import shutil
import signal
import sqlite3
import subprocess
import sys
import time
from contextlib import contextmanager
from pathlib import Path

sys.dont_write_bytecode = True
import disks  # noqa: E402
import pair as pairs  # noqa: E402
import storm  # noqa: E402

STAGES = ["draft", "locked", "sealed", "erased", "draft again", "abandoned"]
OPEN = ("draft", "draft again")
WORDS_AFTER = {"locked": ["passphrase"], "erased": ["passphrase", "field", "page"]}
WORDS = ["passphrase", "field", "page"]
SWAP_BYTES = 64 << 20
SYNCD = pairs.BUILD / "sync" / "station" / "guichet-syncd"
PARTS = 6  # of a word, each looked for: memory that is freed loses its beginning only


def forms(word):
    """A part of a canary as it might be written: text, UTF-16, hexadecimal, base64 at each alignment."""
    raw = word.encode()
    coded = [base64.b64encode(b"\0" * shift + raw)[4 if shift else 0:-4] for shift in range(3)]
    return [raw, word.encode("utf-16-le"), raw.hex().encode(), raw.hex().upper().encode(), *coded]


class Canaries:
    def __init__(self):
        parts = {name: [secrets.token_hex(8) for _ in range(PARTS)] for name in WORDS}
        self.words = {name: f"Kanari {' '.join(parts[name])}" for name in WORDS}
        self.patterns = {name: re.compile(b"|".join(re.escape(form) for part in parts[name]
                                                    for form in forms(part)))
                         for name in WORDS}

    def count(self, data):
        return {name: len(pattern.findall(data)) for name, pattern in self.patterns.items()}

    def in_memory(self, pid):
        """{word: copies} over every readable mapping of a living process."""
        total = dict.fromkeys(WORDS, 0)
        with open(f"/proc/{pid}/maps", encoding="utf-8") as maps, \
                open(f"/proc/{pid}/mem", "rb", buffering=0) as memory:
            for line in maps:
                span, rights = line.split()[:2]
                if "r" not in rights or "[v" in line:
                    continue
                start, end = (int(side, 16) for side in span.split("-"))
                try:
                    found = self.count(os.pread(memory.fileno(), end - start, start))
                except OSError:
                    continue
                total = {name: total[name] + found[name] for name in WORDS}
        return total

    def below(self, folder):
        """The files whose names or contents hold a word."""
        return [str(path) for path in Path(folder).rglob("*")
                if sum(self.count(str(path).encode()).values())
                or path.is_file() and sum(self.count(path.read_bytes()).values())]


class Visit:
    """session.c, asked stage by stage."""

    def __init__(self, root, home, canaries, *options):
        self.canaries = canaries
        self.process = subprocess.Popen(
            [storm.FAULTS / "session", root, "agent.test", *options], stdin=subprocess.PIPE,
            stdout=subprocess.PIPE, stderr=subprocess.PIPE, bufsize=0, cwd=home,
            preexec_fn=allow_cores, env={**os.environ, "TMPDIR": str(home), "HOME": str(home)})

    def tell(self, *names):
        for name in names:
            self.process.stdin.write(self.canaries.words[name][::-1].encode() + b"\n")

    def reach(self, stage):
        said = self.process.stdout.readline().decode().strip()
        if said != stage.split(" ")[0]:
            raise SystemExit(f"{stage}: {said} {self.process.stderr.read().decode()}")

    def open_draft(self):
        """Up to the first stage; returns the process."""
        self.tell("passphrase", "field", "page")
        self.reach("draft")
        return self.process

    def run(self):
        """{stage: {word: copies in memory}}"""
        found = {}
        self.tell("passphrase", "field", "page")
        for stage in STAGES:
            self.reach(stage)
            found[stage] = self.canaries.in_memory(self.process.pid)
            self.process.stdin.write(b"\n")
            self.tell(*WORDS_AFTER.get(stage, []))
        self.process.wait(storm.PATIENCE)
        return found

    def crash(self):
        """Ends as a fault of the program would end it."""
        self.process.send_signal(signal.SIGSEGV)
        self.process.wait(storm.PATIENCE)


def allow_cores():
    _, most = resource.getrlimit(resource.RLIMIT_CORE)
    resource.setrlimit(resource.RLIMIT_CORE, (most, most))


# --- swap ---

@contextmanager
def swap(folder):
    """A swap on a file of its own; yields the file."""
    image = folder / "swap"
    with open(image, "wb") as file:
        file.truncate(SWAP_BYTES)
    image.chmod(0o600)
    disks.run("mkswap", image)
    with disks.Device(image) as device:
        disks.run("swapon", device)
        try:
            yield image
        finally:
            disks.run("swapoff", device)


@contextmanager
def reclaimable_group():
    """A memory cgroup; yields a function that pushes out all that its processes can do without."""
    old = Path("/sys/fs/cgroup/memory")
    group = (old if old.exists() else Path("/sys/fs/cgroup")) / f"guichet-canaries-{os.getpid()}"
    group.mkdir()
    lever = group / ("memory.force_empty" if old.exists() else "memory.reclaim")

    def push_out(process):
        (group / "cgroup.procs").write_text(str(process.pid))
        for _ in range(3):
            try:
                lever.write_text("0" if old.exists() else str(SWAP_BYTES))
            except OSError:
                pass  # it could not reclaim all: what is locked stays
        time.sleep(0.5)

    try:
        if not lever.exists():
            raise OSError("this kernel reclaims no group")
        yield push_out
    finally:
        group.rmdir()


def swapped(pair, folder, canaries, *options):
    """Copies of the words in the swap after an open draft was pushed out, and the kB that went."""
    folder.mkdir()
    root = shutil.copytree(pair.station, folder / "station")
    with swap(folder) as image, reclaimable_group() as push_out:
        # the group first: only what a process takes while in it is charged to it
        visit = Visit(root, folder, canaries, *options)
        push_out(visit.process)
        process = visit.open_draft()
        push_out(process)
        status = Path(f"/proc/{process.pid}/status").read_text(encoding="utf-8")
        out, held = (int(re.search(rf"{name}:\s+(\d+)", status)[1]) for name in ("VmSwap", "VmLck"))
        found = canaries.count(image.read_bytes())
        process.kill()
        process.wait(storm.PATIENCE)
    if not options and not held:
        raise OSError("nobody may lock memory here")
    return found, out


def check_swap(tap, pair, folder, canaries):
    names = ["an open draft is pushed out of memory: not a word in the swap",
             "control: without the lock on memory the words are in the swap"]
    try:
        locked, _ = swapped(pair, folder / "locked", canaries)
        soft, out = swapped(pair, folder / "soft", canaries, "--soft")
    except (OSError, subprocess.CalledProcessError) as error:
        for name in names:
            tap.skip(name, f"no swap can be played here: {error}")
        return
    tap.result(not sum(locked.values()), names[0], [str(locked)])
    tap.result(sum(soft.values()), f"{names[1]} ({sum(soft.values())} copies, {out} kB out)",
               ["the search is blind"])


# --- core dumps ---

def dumped(pair, folder, canaries, *options):
    """(core files, copies of the words in them) after an open draft has crashed."""
    folder.mkdir()
    root = shutil.copytree(pair.station, folder / "station")
    visit = Visit(root, folder, canaries, *options)
    visit.open_draft()
    visit.crash()
    cores = list(folder.glob("core*"))
    return len(cores), sum(sum(canaries.count(core.read_bytes()).values()) for core in cores)


def crash_program(folder, *command):
    """Core files that one of the product's long-lived programs leaves when it crashes."""
    folder.mkdir()
    process = subprocess.Popen([str(word) for word in command], cwd=folder,
                               preexec_fn=allow_cores, stdout=subprocess.DEVNULL,
                               stderr=subprocess.DEVNULL)
    time.sleep(1)
    alive = process.poll() is None
    process.send_signal(signal.SIGABRT)
    process.wait(storm.PATIENCE)
    return len(list(folder.glob("core*"))) if alive else -1


def check_cores(tap, pair, folder, canaries):
    names = ["an open draft that crashes leaves no core dump",
             "guichet-syncd and guichet-central leave none either",
             "control: without hardening, the core dump holds the words"]
    pattern = Path("/proc/sys/kernel/core_pattern").read_text(encoding="utf-8").strip()
    if "/" in pattern or pattern.startswith("|"):
        for name in names:
            tap.skip(name, f"this machine sends its cores elsewhere ({pattern})")
        return
    cores, _ = dumped(pair, folder / "hard", canaries)
    tap.result(cores == 0, names[0], [f"{cores} cores"])
    left = [crash_program(folder / "syncd", SYNCD, "--root", pair.station, "--interval", "60"),
            crash_program(folder / "central", pairs.CENTRAL, "--root", pair.centre, "serve",
                          "--listen", "127.0.0.1:0")]
    tap.result(left == [0, 0], names[1], [str(left)])
    cores, copies = dumped(pair, folder / "soft", canaries, "--soft")
    tap.result(cores == 1 and copies, f"{names[2]} ({copies} copies)", ["the search is blind"])


# --- the whole ---

def prepare(folder, canaries):
    """A pair whose agent has the canary for a passphrase."""
    plan = folder / "plan.ini"
    plan.write_text(storm.PLAN.read_text(encoding="utf-8").replace(
        "une phrase de passe pour les essais", canaries.words["passphrase"]), encoding="utf-8")
    return pairs.Pair.prepare(folder / "pair", plan)


def history(pair, folder, canaries, action):
    """What the recorded disk has ever been told to write while ACTION(mount) ran."""
    base = folder / "base"
    disks.make(base, "ext4")
    with disks.Device(base) as device, disks.mounted(device, folder / "m", "ext4") as mount:
        shutil.copytree(pair.station, mount / "station")
        (mount / "home").mkdir()
    log = disks.record(base, folder / "disk", "ext4", lambda mount, mark: action(mount))
    written = b"".join(data for kind, _, data in disks.read_log(log) if kind == "W")
    return canaries.count(written), len(written)


def insert_plainly(mount, canaries):
    """The control: an ordinary INSERT, deleted again, secure_delete on."""
    rows = sqlite3.connect(mount / "home" / "plain.db")
    rows.execute("PRAGMA secure_delete = ON")
    rows.execute("CREATE TABLE answer (value TEXT)")
    rows.execute("INSERT INTO answer VALUES (?)", (canaries.words["field"],))
    rows.commit()
    rows.execute("DELETE FROM answer")
    rows.commit()
    rows.close()


def main():
    why = disks.missing()
    if why:
        storm.skip_all(why)
    canaries = Canaries()
    with storm.folder() as folder:
        pair = prepare(Path(folder), canaries)
        tap = storm.Tap(len(STAGES) + 7)
        seen = {}

        def visit(mount):
            seen["memory"] = Visit(mount / "station", mount / "home", canaries).run()
            seen["files"] = canaries.below(mount)

        pair.serve()
        try:
            disk, size = history(pair, Path(folder), canaries, visit)
        finally:
            pair.stop()
        memory = seen["memory"]
        for stage in STAGES:
            if stage in OPEN:
                tap.result(memory[stage]["field"] and memory[stage]["page"],
                           f"control: a {stage} is found in memory ({memory[stage]})",
                           ["the search is blind"])
            else:
                tap.result(not sum(memory[stage].values()), f"{stage}: nothing stays in memory",
                           [str(memory[stage])])
        tap.result(not sum(disk.values()) and not seen["files"],
                   f"nothing was ever written to the disk ({size >> 10} KiB of writes)",
                   [str(disk), *seen["files"]])
        plain, _ = history(pair, Path(folder) / "pair", canaries,
                           lambda mount: insert_plainly(mount, canaries))
        tap.result(plain["field"] > 0, "control: a plain INSERT, deleted again, is found "
                                       f"({plain['field']} copies)", ["the search is blind"])
        for name, check in (("swap", check_swap), ("cores", check_cores)):
            (folder / name).mkdir()
            check(tap, pair, folder / name, canaries)
        after = sum(sum(memory[stage].values()) for stage in STAGES if stage not in OPEN)
        tap.summary(f"canaries: {sum(disk.values())} on the disk, {after} in memory after the "
                    f"session, controls found {memory['draft']['field']} and {plain['field']}")
        tap.exit()


if __name__ == "__main__":
    main()
