# SPDX-License-Identifier: EUPL-1.2
"""What the campaigns share: a sealed-off station to harm, its subject, its judge, TAP lines."""
import os
import shutil
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

import pair as pairs
import place
from place import PATIENCE  # noqa: F401

FAULTS = pairs.FAULTS
PLAN = Path(__file__).resolve().parent / "plan" / "other-case.ini"
CALLS = FAULTS / "libstorm-calls.so"
STRETCH = FAULTS / "libstorm-stretch.so"
WORKERS = 2
SKIPPED = 77
SHOWN = 8


def stretch_once(folder):
    """From here on a passphrase is stretched once, and remembered (stretch.c)."""
    (folder / "stretched").mkdir()
    os.environ.update(LD_PRELOAD=str(STRETCH), STORM_STRETCHED=str(folder / "stretched"))


def call(*command, **environment):
    """As in place.py, with what is preloaded everywhere."""
    if "LD_PRELOAD" in environment and "LD_PRELOAD" in os.environ:
        environment["LD_PRELOAD"] = f"{environment['LD_PRELOAD']}:{os.environ['LD_PRELOAD']}"
    return place.call(*command, **environment)


def line(station, acks, *options, plan=PLAN, **environment):
    """The line of work up to the sealing."""
    return call(FAULTS / "line", station, plan, acks, "--seal-only", *options, **environment)


def judge(station, acks, plan=PLAN):
    """The faults of a station, [] when everything acknowledged is there and whole."""
    done = call(FAULTS / "verify", station, plan, acks)
    return [] if done.status == 0 else done.said.splitlines() or [f"verify: {done.errors}"]


def is_loss(faults):
    return any(fault.startswith("LOST") for fault in faults)


@contextmanager
def folder():
    """A folder in memory where there is one: a storm needs no disk of the machine."""
    memory = "/dev/shm" if os.access("/dev/shm", os.W_OK) else None
    path = Path(tempfile.mkdtemp(prefix="guichet-storm-", dir=memory))
    try:
        yield path
    finally:
        shutil.rmtree(path, ignore_errors=True)


def spread(total, wanted):
    """WANTED of 1…TOTAL, evenly, first and last among them."""
    if wanted >= total:
        return list(range(1, total + 1))
    return sorted({1 + round(i * (total - 1) / max(1, wanted - 1)) for i in range(wanted)})


def share(items, attempt):
    """[attempt(worker, item)…]: WORKERS threads take ITEMS in turn."""
    def work(index):
        return [attempt(index, item) for item in items[index::WORKERS]]

    with ThreadPoolExecutor(WORKERS) as pool:
        return sum(pool.map(work, range(WORKERS)), [])


def bound(count):
    """The honest word after COUNT clean trials."""
    return f"rate < {300 / max(count, 1):.2g} % at 95 %"


class Tap:
    """Prints the lines as they come; exit() gives the status of the whole."""

    def __init__(self, plan):
        self.number, self.good, self.since = 0, True, time.monotonic()
        print(f"1..{plan}", flush=True)

    @property
    def seconds(self):
        return round(time.monotonic() - self.since)

    def result(self, good, name, faults=()):
        self.number += 1
        self.good &= bool(good)
        print(f"{'ok' if good else 'not ok'} {self.number} - {name}")
        for fault in [] if good else list(faults)[:SHOWN]:
            print(f"# {fault}")
        sys.stdout.flush()

    def skip(self, name, why):
        self.number += 1
        print(f"ok {self.number} - {name} # SKIP {why}", flush=True)

    def summary(self, text):
        print(f"# {text}; {self.seconds} s", flush=True)

    def exit(self):
        sys.exit(0 if self.good else 1)


def skip_all(why):
    print(f"1..0 # SKIP {why}")
    sys.exit(0)
