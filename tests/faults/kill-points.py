#!/usr/bin/env python3
# SPDX-License-Identifier: EUPL-1.2
"""kill-points.py [--all | --points N]: kill -9 at the storage calls of the line, and judge.

A point is the entry or the exit of one system call that writes below the station (or, for the
second part, below the centre). Each point starts from fresh copies, is killed, judged, resumed to
its end and judged again. Prints TAP: the station, the centre, and two controls that must find
faults. Skipped where a process may not be traced.
"""
import argparse
import os
import shutil
import sqlite3
import subprocess
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

sys.dont_write_bytecode = True
import pair as pairs  # noqa: E402

FAULTS = pairs.FAULTS
PLAN = Path(__file__).resolve().parent / "plan" / "passport.ini"
WORKERS = 2
PATIENCE = 60    # seconds for one program
KILLED = 137     # kill-at's own status
CENTRE_SHARE = 5  # one point in five kills the centre
CONTROL_POINTS = 24
SHOWN = 12


def call(*command):
    """(status, what it said), never raising."""
    try:
        done = subprocess.run([str(word) for word in command], stdout=subprocess.PIPE,
                              stderr=subprocess.STDOUT, text=True, timeout=PATIENCE, check=False)
        return done.returncode, done.stdout.strip()
    except subprocess.TimeoutExpired:
        return 124, f"{Path(str(command[0])).name} hung for {PATIENCE} s"


class Worker:
    """One prepared pair and the folder in which its copies live and die."""

    def __init__(self, folder):
        self.folder = folder
        self.template = pairs.Pair.prepare(folder / "template", PLAN)

    def line(self, pair, *options):
        return [FAULTS / "line", pair.station, PLAN, pair.acks, *options]

    def killer(self, pair, point, below):
        return [FAULTS / "kill-at", point, below, pair.folder / "count"]

    def judge(self, pair, *centre):
        status, said = call(FAULTS / "verify", pair.station, PLAN, pair.acks, *centre)
        return [] if status == 0 else said.splitlines() or [f"verify: status {status}"]

    def resume(self, pair):
        """What an agent would do after the cut: carry on to the end."""
        status, said = call(*self.line(pair))
        if status != 0:
            return [f"the line does not end after the kill: {said}"]
        return self.judge(pair, pair.centre)

    def kill_station(self, point, *options):
        """(was the point reached, faults)"""
        pair = self.template.copy(self.folder / "now")
        try:
            if not pair.serve():
                return False, ["the centre does not start"]
            status, said = call(*self.killer(pair, point, pair.station), *self.line(pair, *options))
            faults = [] if status in (0, KILLED) else [f"status {status}: {said}"]
            faults += self.judge(pair)
            return status == KILLED, faults + (self.resume(pair) if not options else [])
        finally:
            pair.stop()

    def kill_centre(self, point):
        pair = self.template.copy(self.folder / "now")
        try:
            pair.serve(*self.killer(pair, point, pair.centre))
            call(*self.line(pair))
            killed = pair.stop() == KILLED
            faults = self.judge(pair)
            if not pair.serve():
                return killed, faults + ["the centre does not start after the kill"]
            return killed, faults + self.resume(pair)
        finally:
            pair.stop()

    def count(self, whose):
        """How many points the whole line has."""
        pair = self.template.copy(self.folder / "now")
        try:
            centre = whose == "centre"
            pair.serve(*(self.killer(pair, 0, pair.centre) if centre else []))
            prefix = [] if centre else self.killer(pair, 0, pair.station)
            status, said = call(*prefix, *self.line(pair))
            pair.stop()
            if status != 0:
                raise SystemExit(f"the line does not work without any kill: {said}")
            return int((pair.folder / "count").read_text())
        finally:
            pair.stop()


    def fool_judge(self):
        """What the judge says of a centre that lost its file, and of one with a deposit too many."""
        pair = self.template.copy(self.folder / "now")
        pair.serve()
        call(*self.line(pair))
        pair.stop()
        if self.judge(pair, pair.centre):
            return ["the judge refuses a whole line"]
        with sqlite3.connect(pair.centre / "depot.db") as rows:
            columns = [row[1] for row in rows.execute("PRAGMA table_info(deposit)")]
            chosen = ["printf('%064x', 1)" if name == "sha256" else
                      f"{name} + 1" if name in ("ordinal", "sequence") else name
                      for name in columns]
            rows.execute(f"INSERT INTO deposit SELECT {', '.join(chosen)} FROM deposit")
        rows.close()
        blind = [] if self.judge(pair, pair.centre) else ["a second deposit is not seen"]
        for file in (pair.centre / "depots").rglob("*.asice"):
            file.unlink()
        lost = any(fault.startswith("LOST") for fault in self.judge(pair, pair.centre))
        return blind + ([] if lost else ["a lost bundle is not seen"])


def spread(total, wanted):
    """WANTED points over 1…TOTAL, evenly, first and last among them."""
    wanted = max(2, wanted)
    if wanted >= total:
        return list(range(1, total + 1))
    return sorted({1 + round(i * (total - 1) / (wanted - 1)) for i in range(wanted)})


def try_points(workers, points, attempt):
    """[(point, reached, faults)]: the workers share the points."""
    def share(index):
        return [(point, *attempt(workers[index], point)) for point in points[index::WORKERS]]

    with ThreadPoolExecutor(WORKERS) as pool:
        return sorted(sum(pool.map(share, range(WORKERS)), []))


def report(number, name, total, results, expect_loss=False):
    """One TAP line; a control passes when it has lost something."""
    faulty = [(point, faults) for point, _, faults in results
              if (any(f.startswith("LOST") for f in faults) if expect_loss else faults)]
    reached = sum(reached for _, reached, _ in results)
    good = bool(faulty) if expect_loss else not faulty and reached >= 0.9 * len(results)
    print(f"{'ok' if good else 'not ok'} {number} - {name}: {len(results)} of {total} points, "
          f"{reached} killed, {len(faulty)} with a fault")
    for point, faults in [] if good else faulty[:SHOWN]:
        print(f"# point {point}: " + "; ".join(faults))
    sys.stdout.flush()
    return good


def hunt(workers, wanted):
    station, centre = workers[0].count("station"), workers[0].count("centre")
    share = max(1, wanted // CENTRE_SHARE)
    print("1..4")
    good = report(1, "killing the station loses nothing", station, try_points(
        workers, spread(station, wanted - share), Worker.kill_station))
    good &= report(2, "killing the centre loses nothing", centre, try_points(
        workers, spread(centre, share), Worker.kill_centre))
    good &= report(3, "control: an early acknowledgement is seen to lose", station, try_points(
        workers, spread(station, CONTROL_POINTS),
        lambda worker, point: worker.kill_station(point, "--early")), expect_loss=True)
    faults = workers[0].fool_judge()
    print(f"{'not ok' if faults else 'ok'} 4 - control: the judge sees a lost and a second deposit"
          + "".join(f"\n# {fault}" for fault in faults))
    return good and not faults


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--points", type=int, default=320)
    parser.add_argument("--all", action="store_true")
    options = parser.parse_args()
    memory = "/dev/shm" if os.access("/dev/shm", os.W_OK) else None
    folder = Path(tempfile.mkdtemp(prefix="guichet-kill-", dir=memory))
    try:
        if call(FAULTS / "kill-at", 0, folder, folder / "count", "true")[0] == 77:
            print("1..0 # SKIP this machine does not let a process be traced")
            return 0
        workers = [Worker(folder / str(index)) for index in range(WORKERS)]
        return 0 if hunt(workers, 10**9 if options.all else options.points) else 1
    finally:
        shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    sys.exit(main())
