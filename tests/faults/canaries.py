#!/usr/bin/env python3
# SPDX-License-Identifier: EUPL-1.2
"""canaries.py: nothing private stays, in memory after the session or anywhere in the disk's life.

A visit (session.c) with made-up words for the passphrase, a field and a page, on a disk that
writes everything down, with its temporary folder and home on it too. At each stage the memory of
the living process is read through /proc; at the end the whole history of the disk is searched,
and what stands below the root. Prints TAP.
"""
import base64
import os
import re
import secrets
import shutil
import sqlite3
import subprocess
import sys
from pathlib import Path

sys.dont_write_bytecode = True
import disks  # noqa: E402
import pair as pairs  # noqa: E402
import storm  # noqa: E402

STAGES = ["draft", "locked", "sealed", "erased"]
WORDS = ["passphrase", "field", "page"]
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

    def __init__(self, root, home, canaries):
        self.canaries = canaries
        self.process = subprocess.Popen(
            [storm.FAULTS / "session", root, "agent.test"], stdin=subprocess.PIPE,
            stdout=subprocess.PIPE, stderr=subprocess.PIPE, bufsize=0,
            env={**os.environ, "TMPDIR": str(home), "HOME": str(home)})

    def tell(self, *names):
        for name in names:
            self.process.stdin.write(self.canaries.words[name][::-1].encode() + b"\n")

    def run(self):
        """{stage: {word: copies in memory}}"""
        found = {}
        self.tell("passphrase", "field", "page")
        for stage in STAGES:
            said = self.process.stdout.readline().decode().strip()
            if said != stage:
                raise SystemExit(f"{stage}: {said} {self.process.stderr.read().decode()}")
            found[stage] = self.canaries.in_memory(self.process.pid)
            self.process.stdin.write(b"\n")
            if stage == "locked":
                self.tell("passphrase")
        self.process.wait(storm.PATIENCE)
        return found


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
        tap = storm.Tap(6)
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
        tap.result(memory["draft"]["field"] and memory["draft"]["page"],
                   f"control: an open draft is found in memory ({memory['draft']})",
                   ["the search is blind"])
        for stage in STAGES[1:]:
            tap.result(not sum(memory[stage].values()), f"{stage}: nothing stays in memory",
                       [str(memory[stage])])
        tap.result(not sum(disk.values()) and not seen["files"],
                   f"nothing was ever written to the disk ({size >> 10} KiB of writes)",
                   [str(disk), *seen["files"]])
        plain, _ = history(pair, Path(folder) / "pair", canaries,
                           lambda mount: insert_plainly(mount, canaries))
        tap.result(plain["field"] > 0, "control: a plain INSERT, deleted again, is found "
                                       f"({plain['field']} copies)", ["the search is blind"])
        after = sum(sum(memory[stage].values()) for stage in STAGES[1:])
        tap.summary(f"canaries: {sum(disk.values())} on the disk, {after} in memory after the "
                    f"session, controls found {memory['draft']['field']} and {plain['field']}")
        tap.exit()


if __name__ == "__main__":
    main()
