#!/usr/bin/env python3
# SPDX-License-Identifier: EUPL-1.2
"""starvation.py [--points N]: the Nth allocation of SQLite or OpenSSL fails, once and from then on.

After each: a refusal in one line with exit status 1, or no harm at all; never a crash; nothing
acknowledged lost, no half request; and the next run, with memory again, goes to its end. GLib
aborts when memory ends, by its design: that is a kill, and kill-points.py judges kills. TAP.
"""
import argparse
import shutil
import sys
from collections import Counter
from pathlib import Path

sys.dont_write_bytecode = True
import pair as pairs  # noqa: E402
import storm  # noqa: E402

STARVE = storm.FAULTS / "libstorm-starve.so"
KINDS = [(whom, ever) for whom in ("sqlite", "openssl") for ever in (False, True)]
CONTROL_POINTS = 24
FIRST = 50  # OpenSSL's own beginnings, where 3.0 is weak: a few of them in every slice


class Campaign:
    def __init__(self, folder):
        self.folder = folder
        self.template = pairs.Pair.prepare(folder / "template", storm.PLAN).station
        self.outcomes = Counter()

    def fresh(self, worker):
        folder = self.folder / f"worker{worker}"
        shutil.rmtree(folder, ignore_errors=True)
        shutil.copytree(self.template, folder / "station")
        (folder / "acks").touch()
        return folder / "station", folder / "acks", folder

    def total(self, whom):
        station, acks, folder = self.fresh(0)
        done = storm.line(station, acks, LD_PRELOAD=STARVE, STARVE_WHOM=whom,
                          STARVE_COUNT=folder / "count")
        if done.status != 0:
            raise SystemExit(f"the line does not work without hunger: {done.errors}")
        return int((folder / "count").read_text())

    def attempt(self, worker, item, *options):
        point, (whom, ever) = item
        station, acks, _ = self.fresh(worker)
        orders = {"STARVE_EVER": 1} if ever else {}
        done = storm.line(station, acks, *options, LD_PRELOAD=STARVE, STARVE_WHOM=whom,
                          STARVE_POINT=point, **orders)
        self.outcomes["refused" if done.status else "absorbed"] += 1
        faults = done.faults + storm.judge(station, acks)
        if not options and done.status != 0:
            again = storm.line(station, acks)
            if again.status != 0:
                faults.append(f"does not resume: {again.errors}")
        return item, faults


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--points", type=int, default=500)
    points = parser.parse_args().points
    with storm.folder() as folder:
        storm.stretch_once(folder)
        campaign = Campaign(Path(folder))
        tap = storm.Tap(2)
        totals = {whom: campaign.total(whom) for whom, _ in KINDS}
        items = [(point, (whom, ever)) for whom, ever in KINDS
                 for point in sorted({*storm.spread(totals[whom], points // len(KINDS)),
                                      *storm.spread(FIRST, points // 50)})]
        found = storm.share(items, campaign.attempt)
        bad = [(item, faults) for item, faults in found if faults]
        tap.result(not bad, f"a failing allocation loses nothing ({len(found)} points; the line "
                            f"allocates {totals['sqlite']} times in SQLite, {totals['openssl']} "
                            "in OpenSSL)",
                   [f"allocation {point} of {whom}{' for ever' if ever else ''}: "
                    + "; ".join(faults) for (point, (whom, ever)), faults in bad])
        refused, absorbed = campaign.outcomes["refused"], campaign.outcomes["absorbed"]
        controls = storm.share([(point, ("sqlite", True)) for point in
                                storm.spread(totals["sqlite"], CONTROL_POINTS)],
                               lambda worker, item: campaign.attempt(worker, item, "--early"))
        lost = sum(storm.is_loss(faults) for _, faults in controls)
        tap.result(lost > 0, f"control: an early acknowledgement is seen to lose ({lost} of "
                             f"{len(controls)})", ["the campaign is blind"])
        tap.summary(f"starvation: {len(found)} points, {len(bad)} bad, {refused} refused, "
                    f"{absorbed} absorbed, control lost {lost}; loss {storm.bound(len(found))}")
        tap.exit()


if __name__ == "__main__":
    main()
