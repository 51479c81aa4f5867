#!/usr/bin/env python3
# SPDX-License-Identifier: EUPL-1.2
"""clock-jumps.py [--jumps N]: the clock is years off, stands still, or jumps under the line.

By libfaketime. A clock that is behind, frozen or in 1970 stops nothing: the draft is made, sealed and
received by a centre whose clock is right; certificates, also the centre's in TLS, are judged by the
time floor (core/trusted-time.h). A clock that is beyond the
end of the certificates refuses the sealing in one line and purges nothing; with the right clock
the next run seals. A clock set back behind a floor that says "expired" is refused too. Control:
without its floor, the station in 1970 is seen to refuse. Prints TAP.
"""
import argparse
import glob
import random
import sys
import threading
from contextlib import contextmanager
from datetime import datetime, timedelta, timezone
from pathlib import Path

sys.dont_write_bytecode = True
import pair as pairs  # noqa: E402
import storm  # noqa: E402

LIBRARIES = glob.glob("/usr/lib/*/faketime/libfaketimeMT.so.1")
YEARS_VALID = 20  # beyond this no certificate of ours is
EXPIRED = "hors de sa p"  # …ériode de validité: the subject speaks ASCII
FORMAT = "%Y-%m-%d %H:%M:%S"
NOW = datetime.now(timezone.utc).replace(tzinfo=None)


def fixed_jumps():
    """[(name, FAKETIME at the start, FAKETIME after a moment, is it within the certificates)]"""
    return [
        ("starts in 1970", "@1970-01-01 00:00:10", None, True),
        ("frozen in 1970", "1970-01-01 00:00:10", None, True),
        ("frozen now", NOW.strftime(FORMAT), None, True),
        ("ten years behind", "-10y", None, True),
        ("a day behind", "-1d", None, True),
        ("an hour ahead", "+1h", None, True),
        ("a century ahead", "+100y", None, False),
        (f"{YEARS_VALID} years ahead", f"+{YEARS_VALID}y", None, False),
        ("runs a thousand times too fast", "+0 x1000", None, True),
        ("runs a thousand times too slow", "+0 x0.001", None, True),
        ("falls back to 1970 while running", "+0", "@1970-01-01 00:00:10", True),
        ("falls back ten years while running", "+0", "-10y", True),
        ("comes forward from 1970 while running", "@1970-01-01 00:00:10", "+0", True),
        ("stops while running", "+0", NOW.strftime(FORMAT), True),
    ]


def random_jumps(count):
    """Any instant since 1970 and before now, at the start or while running."""
    dice = random.Random(1)
    span = (NOW - datetime(1970, 1, 2)).total_seconds()
    jumps = []
    for number in range(count):
        then = NOW - timedelta(seconds=dice.uniform(0, span))
        stamp = f"@{then.strftime(FORMAT)}"
        running = dice.random() < .5
        jumps.append((f"random {number}: {stamp}{' while running' if running else ''}",
                      "+0" if running else stamp, stamp if running else None, True))
    return jumps


def whole_line(pair, **environment):
    return storm.call(storm.FAULTS / "line", pair.station, storm.PLAN, pair.acks, **environment)


class Campaign:
    def __init__(self, folder):
        self.folder = folder
        self.templates = [pairs.Pair.prepare(folder / f"template{worker}", storm.PLAN)
                          for worker in range(storm.WORKERS)]

    @contextmanager
    def fresh(self, worker):
        """A station and its centre, whose clock is right."""
        pair = self.templates[worker].copy(self.folder / f"worker{worker}")
        if not pair.serve():
            raise SystemExit("the centre does not start")
        try:
            yield pair
        finally:
            pair.stop()

    def line_at(self, pair, clock, later=None):
        """The whole line under a false clock, which changes to LATER after a moment."""
        order = pair.folder / "clock"
        order.write_text(clock + "\n")
        change = threading.Timer(0.08, order.write_text, (f"{later}\n",)) if later else None
        if change:
            change.start()
        done = whole_line(pair, LD_PRELOAD=LIBRARIES[0], FAKETIME_NO_CACHE=1,
                          FAKETIME_TIMESTAMP_FILE=order, FAKETIME_DONT_FAKE_MONOTONIC=1, TZ="UTC")
        if change:
            change.join()
        return done

    def attempt(self, worker, jump):
        with self.fresh(worker) as pair:
            return jump[0], self.judge(pair, *jump[1:])

    def judge(self, pair, clock, later, valid):
        done = self.line_at(pair, clock, later)
        acked = pair.acks.read_text()
        faults = done.faults + storm.judge(pair.station, pair.acks)
        if valid and "received " not in acked:
            faults.append(f"not sealed and received: {done.errors}")
        if not valid and ("sealed " in acked or EXPIRED not in done.errors):
            faults.append(f"expired certificates were accepted: {done.errors}")
        again = whole_line(pair)
        if again.status != 0 or "received " not in pair.acks.read_text():
            faults.append(f"does not go on with the right clock: {again.errors}")
        if "sealed " not in acked and \
                acked.split(" ", 2)[1] not in pair.acks.read_text()[len(acked):]:
            faults.append("the draft was not taken up again")
        return faults

    def with_floor(self, floor, clock):
        """The line with the time floor set, or taken away."""
        with self.fresh(0) as pair:
            path = pair.station / "run" / "time"
            if floor:
                path.write_text(floor + "\n")
            else:
                path.unlink()
            return self.line_at(pair, clock)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--jumps", type=int, default=20)
    wanted = parser.parse_args().jumps
    if not LIBRARIES:
        storm.skip_all("libfaketime is not installed")
    with storm.folder() as folder:
        storm.stretch_once(folder)
        campaign = Campaign(Path(folder))
        tap = storm.Tap(3)
        jumps = fixed_jumps()
        jumps += random_jumps(max(0, wanted - len(jumps)))
        found = storm.share(jumps, campaign.attempt)
        bad = [(name, faults) for name, faults in found if faults]
        tap.result(not bad, f"a jumping clock is never fatal ({len(found)} jumps)",
                   [f"{name}: " + "; ".join(faults) for name, faults in bad])
        late = (NOW + timedelta(days=366 * YEARS_VALID)).strftime("%Y-%m-%dT%H:%M:%SZ")
        back = campaign.with_floor(late, "-10y")
        tap.result(back.status == 1 and EXPIRED in back.errors,
                   "setting the clock back brings nothing expired to life", [back.errors])
        control = campaign.with_floor(None, "@1970-01-01 00:00:10")
        tap.result(control.status == 1 and EXPIRED in control.errors,
                   "control: without a floor, 1970 refuses", [control.errors])
        tap.summary(f"clock-jumps: {len(found)} jumps, {len(bad)} bad, control refused")
        tap.exit()


if __name__ == "__main__":
    main()
