#!/usr/bin/env python3
# SPDX-License-Identifier: EUPL-1.2
"""storage-errors.py [--points N]: each storage call of the line fails, once and from then on.

Errors (EIO, ENOSPC, EINTR, EROFS) and short reads and writes are made in the C library's calls
(calls.c). After each: a refusal in one line with exit status 1, or no harm at all; nothing
acknowledged lost; and the next run goes to its end. Then a real ext4 that turns read-only under
the running line. Prints TAP.
"""
import argparse
import shutil
import subprocess
import sys
import threading
from collections import Counter
from pathlib import Path

sys.dont_write_bytecode = True
import disks  # noqa: E402
import pair as pairs  # noqa: E402
import storm  # noqa: E402

KINDS = [(kind, ever) for kind in ("eio", "enospc", "eintr", "erofs", "short")
         for ever in (False, True)]
# a signal does not come before every call for ever
KINDS.remove(("eintr", True))
CONTROL_POINTS = 24
REMOUNTS = 6
LONG = 1500  # points that the short request does not have: the passport is taken for more
PASSPORT = storm.PLAN.parent / "passport.ini"


class Campaign:
    def __init__(self, folder, plan):
        self.folder, self.plan = folder, plan
        self.template = pairs.Pair.prepare(folder / "template", storm.PLAN).station
        self.outcomes = Counter()

    def fresh(self, worker):
        folder = self.folder / f"worker{worker}"
        shutil.rmtree(folder, ignore_errors=True)
        shutil.copytree(self.template, folder / "station")
        (folder / "acks").touch()
        return folder / "station", folder / "acks", folder

    def total(self, kind):
        """How many calls of the line can fail as KIND says."""
        station, acks, folder = self.fresh(0)
        done = storm.line(station, acks, plan=self.plan, LD_PRELOAD=storm.CALLS,
                          STORM_KIND=kind, STORM_FOLDER=station, STORM_COUNT=folder / "count")
        if done.status != 0:
            raise SystemExit(f"the line does not work without any storm: {done.errors}")
        return int((folder / "count").read_text())

    def attempt(self, worker, item, *options):
        point, (kind, ever) = item
        station, acks, _ = self.fresh(worker)
        orders = {"STORM_EVER": 1} if ever else {}
        done = storm.line(station, acks, *options, plan=self.plan, LD_PRELOAD=storm.CALLS,
                          STORM_KIND=kind, STORM_POINT=point, STORM_FOLDER=station, **orders)
        self.outcomes["refused" if done.status else "absorbed"] += 1
        faults = done.faults + storm.judge(station, acks, self.plan)
        if not options and done.status != 0:
            again = storm.line(station, acks, plan=self.plan)
            if again.status != 0:
                faults.append(f"does not resume: {again.errors}")
        return item, faults

    def remount(self, mount, device, number):
        """The line runs on until the file system goes read-only; then a new mount is judged."""
        acks = self.folder / "acks"
        acks.write_text("")
        mend = threading.Timer(0.05 + 0.07 * number, subprocess.run,
                               (["mount", "-o", "remount,abort", str(mount)],),
                               {"stderr": subprocess.DEVNULL})
        mend.start()
        done = storm.line(mount / "station", acks)
        while done.status == 0:
            done = storm.line(mount / "station", acks)
        mend.join()
        return acks, done.faults


def report(tap, campaign, wanted):
    per_kind = max(2, wanted // len(KINDS))
    items = [(point, (kind, ever)) for kind, ever in KINDS
             for point in storm.spread(campaign.total(kind), per_kind)]
    found = storm.share(items, campaign.attempt)
    bad = [(item, faults) for item, faults in found if faults]
    tap.result(not bad, f"a failing call loses nothing ({len(found)} of "
                        f"{sum(campaign.total(kind) for kind, _ in KINDS)})",
               [f"call {point}, {kind}{' for ever' if ever else ''}: " + "; ".join(faults)
                for (point, (kind, ever)), faults in bad])
    return len(found), len(bad)


def remounts(tap, campaign, count):
    name = "a disk that turns read-only loses nothing"
    why = disks.missing(fuse=False)
    if why:
        tap.skip(name, why)
        return 0
    faults, image = [], campaign.folder / "image"
    for number in range(count):
        disks.make(image, "ext4")
        with disks.Device(image) as device:
            with disks.mounted(device, campaign.folder / "mounted", "ext4") as mount:
                shutil.copytree(campaign.template, mount / "station")
                disks.run("sync", "-f", mount)
                acks, said = campaign.remount(mount, device, number % REMOUNTS)
                faults += said
            subprocess.run(["e2fsck", "-fy", device], stdout=subprocess.DEVNULL,
                           stderr=subprocess.DEVNULL, check=False)
            with disks.mounted(device, campaign.folder / "mounted", "ext4") as mount:
                faults += storm.judge(mount / "station", acks)
                again = storm.line(mount / "station", acks)
                faults += [] if again.status == 0 else [f"does not resume: {again.errors}"]
    tap.result(not faults, f"{name} ({count})", faults)
    return count


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--points", type=int, default=500)
    points = parser.parse_args().points
    with storm.folder() as folder:
        campaign = Campaign(Path(folder), PASSPORT if points > LONG else storm.PLAN)
        tap = storm.Tap(3)
        count, bad = report(tap, campaign, points)
        refused, absorbed = campaign.outcomes["refused"], campaign.outcomes["absorbed"]
        count += remounts(tap, campaign, max(2, min(points // 100, 60)))
        controls = storm.share([(point, ("eio", True)) for point in
                                storm.spread(campaign.total("eio"), CONTROL_POINTS)],
                               lambda worker, item: campaign.attempt(worker, item, "--early"))
        lost = sum(storm.is_loss(faults) for _, faults in controls)
        tap.result(lost > 0, f"control: an early acknowledgement is seen to lose ({lost} of "
                             f"{len(controls)})", ["the campaign is blind"])
        tap.summary(f"storage-errors: {count} points, {bad} bad, {refused} refused, {absorbed} "
                    f"absorbed, control lost {lost}; loss {storm.bound(count)}")
        tap.exit()


if __name__ == "__main__":
    main()
