# SPDX-License-Identifier: EUPL-1.2
"""What a search for canaries looks for, and where: bytes, living memory, files, logs."""
import base64
import os
import random
import stat
import subprocess
from collections import Counter
from pathlib import Path

import pair as pairs

CONSONANTS = "bcdfghjklmnpqrstvwxz"
SAMPLES = 40        # of a picture's bytes, each looked for
SAMPLE = 20         # bytes
SHORTEST = 6        # bytes of a form
LARGEST = 64 << 20  # a file beyond it is no trace of ours


def word(dice, length=16):
    """Letters that stand in no text and pass as a name."""
    return "".join(dice.choice(CONSONANTS) for _ in range(length))


def forms(text):
    """A part of a canary as it might be written: text, UTF-16 and 32, hexadecimal, base64 at each
    alignment."""
    raw = text.encode()
    coded = [base64.b64encode(b"\0" * shift + raw)[4 if shift else 0:-4] for shift in range(3)]
    forms_of = [raw, text.encode("utf-16-le"), text.encode("utf-32-le"), raw.hex().encode(), *coded]
    # four bytes stand in any five megabytes of ciphertext sooner or later
    return [form for form in forms_of if len(form) >= SHORTEST]


def text_needles(parts):
    """Any of PARTS in any form; capital letters are the same letters."""
    return sorted({form for part in parts for text in (part, part.upper())
                   for form in forms(text)})


def sample_needles(data, seed=1):
    """Some stretches of DATA that no other data has: as random as they can be."""
    dice, samples = random.Random(seed), set()
    for _ in range(SAMPLES * 50):
        at = dice.randrange(len(data) // 8, len(data) - SAMPLE)
        piece = data[at:at + SAMPLE]
        if len(set(piece)) >= SAMPLE * 3 // 4:
            samples.add(piece)
        if len(samples) == SAMPLES:
            return sorted(samples)
    raise SystemExit("traces: nothing in these bytes is a canary")


class Search:
    """Needles by name; each search gives {name: hits}, without those that have none."""

    def __init__(self, needles, file):
        self.needles, self.file = dict(needles), file
        file.write_text("".join(f"{name} {needle.hex()}\n" for name, some in self.needles.items()
                                for needle in some))

    def count(self, data):
        found = {name: sum(data.count(needle) for needle in some)
                 for name, some in self.needles.items()}
        return {name: hits for name, hits in found.items() if hits}

    def in_memory(self, *pids):
        """({name: hits}, lines that say where) over the memory of living processes."""
        done = subprocess.run([pairs.FAULTS / "seek", self.file, *map(str, pids)], check=False,
                              stdout=subprocess.PIPE, text=True)
        lines = done.stdout.splitlines()
        return Counter(line.split(" ")[1] for line in lines), lines

    def in_files(self, *folders, since=0, without=()):
        """["path: {name: hits}"] of the regular files and names below FOLDERS, newer than SINCE."""
        without = {str(path) for path in without}
        found = []
        for folder in folders:
            for place, inner, names in os.walk(folder):  # passes over what vanishes meanwhile
                inner[:] = [name for name in inner if os.path.join(place, name) not in without]
                paths = {os.path.join(place, name) for name in names} - without
                found += [f"{path}: {hits}" for path in sorted(paths)
                          for hits in [self.in_file(path, since)] if hits]
        return found

    def in_file(self, path, since):
        hits = self.count(path.encode())
        try:
            info = os.lstat(path)
            if stat.S_ISREG(info.st_mode) and info.st_mtime >= since and info.st_size <= LARGEST:
                hits.update(self.count(Path(path).read_bytes()))
        except OSError:
            pass  # gone meanwhile
        return hits


def children(pid):
    """The process and all that descend from it."""
    found = [pid]
    try:
        tasks = os.listdir(f"/proc/{pid}/task")
    except OSError:
        return []
    for task in tasks:
        try:
            with open(f"/proc/{pid}/task/{task}/children", encoding="ascii") as file:
                of_task = file.read().split()
        except OSError:
            continue  # a thread that ended meanwhile has no children any more
        for child in of_task:
            found += children(int(child))
    return found
