#!/usr/bin/env python3
# SPDX-License-Identifier: EUPL-1.2
"""storage-errors.py [--points N] [--minutes M] [--seed S [--from K]] [--only NAME]

Each storage call of every program that writes (programs.py) fails, once and from then on. Errors
(EIO, ENOSPC, EINTR, EROFS) and short reads and writes are made in the C library's calls (calls.c).
After each: a refusal in one line with exit status 1, or no harm at all; nothing acknowledged lost;
and the next run goes to its end. Points are drawn evenly over programs, kinds and calls by the seed
that is printed. Then real ext4 file systems that turn read-only in front of a call of each program.
Prints TAP.
"""
import argparse
import ctypes
import random
import subprocess
import sys
import time
from collections import Counter, defaultdict

sys.dont_write_bytecode = True
import disks  # noqa: E402
import pair as pairs  # noqa: E402
import programs  # noqa: E402
import storm  # noqa: E402
import worker as workers  # noqa: E402

COUNTED = ("eio", "enospc", "eintr", "erofs", "short")  # as calls.c writes them
# a signal does not come before every call for ever
KINDS = [(kind, ever) for kind in COUNTED for ever in (False, True) if (kind, ever) !=
         ("eintr", True)]
REMOUNT_SHARE = 50  # points, for one read-only remount
CONTROL_POINTS = 24
LIBC = ctypes.CDLL(None, use_errno=True)
CLONE_NEWNS, MS_REC, MS_PRIVATE = 0x20000, 0x4000, 0x40000
IMAGE_BYTES = 32 << 20


class Result:
    def __init__(self, name, kind, point):
        self.name, self.kind, self.point = name, kind, point
        self.outcome, self.faults = "refused", []

    def __str__(self):
        return f"{self.name}, call {self.point}, {self.kind}"


def storm_of(program, place, kind, ever=False, point=0, **more):
    """What stands in front of the command: the library, and its orders."""
    orders = {"LD_PRELOAD": f"{storm.CALLS}:{workers.STRETCH}",
              "STORM_STRETCHED": place.folder.parent / "stretched",
              "STORM_FOLDER": program.below(place), "STORM_KIND": kind, "STORM_POINT": point,
              **({"STORM_EVER": 1} if ever else {}), **more}
    return ["env", *(f"{name}={value}" for name, value in orders.items())]


class Spoiler(workers.Worker):
    def __init__(self, folder):
        # with mounts of our own: a sandbox that another program makes would keep ours alive
        if LIBC.unshare(CLONE_NEWNS) == 0:
            LIBC.mount(b"none", b"/", None, MS_REC | MS_PRIVATE, None)
        super().__init__(folder)

    def judge_outcome(self, program, place, done, status, result, resume=True):
        """Fills RESULT with what the storm has left."""
        result.faults += done.faults
        if program.server == "itself" and status not in (0, 1):
            result.faults.append(f"the centre ended with status {status}")
        if done.status == 0 and not program.daemon:  # a daemon ends without having done its work
            result.outcome = "absorbed"
            result.faults += self.judged(program, place, done, sure=resume)
            return
        if done.status == 0:
            result.outcome = "carried on by the daemon"
        if place.same_as(program.template):
            result.outcome = "refused without a trace"
            return
        result.faults += self.judged(program, place, done, sure=False)
        if resume:
            result.faults += self.resume(program, place)

    def attempt(self, program, kind, ever, point, resume=True):
        result = Result(program.name, f"{kind}{' for ever' if ever else ''}", point)
        place = self.fresh(program)
        done, status = self.run(program, place, *storm_of(program, place, kind, ever, point))
        self.judge_outcome(program, place, done, status, result, resume)
        return result

    def remount(self, program, point):
        """On a file system of its own that turns read-only in front of call POINT, for good."""
        result = Result(program.name, "remount", point)
        image, mounted = self.folder / "image", self.folder / "mounted"
        disks.make(image, "ext4", IMAGE_BYTES)
        with disks.Device(image) as device:
            with disks.mounted(device, mounted, "ext4"):
                place = self.fresh(program, mounted / "now")
                disks.run("sync", "-f", mounted)
                done, status = self.run(program, place, *storm_of(
                    program, place, "remount", False, point, STORM_MOUNT=mounted))
            subprocess.run(["e2fsck", "-fy", device], stdout=subprocess.DEVNULL,
                           stderr=subprocess.DEVNULL, check=False)
            with disks.mounted(device, mounted, "ext4"):
                self.judge_outcome(program, place, done, status, result)
        return result


# --- in the workers ---

def count_calls(name):
    program = workers.PROGRAMS[name]
    counts = workers.ours().count(program, lambda place, program: storm_of(
        program, place, "count", STORM_COUNT=place.folder / "count"))
    return name, dict(zip(COUNTED, counts))


def try_point(item):
    name, kind, ever, point = item
    program = workers.PROGRAMS[name]
    try:
        if kind == "remount":
            return workers.ours().remount(program, point)
        return workers.ours().attempt(program, kind, ever, point)
    except Exception as trouble:  # a fault of the campaign must not pass for a clean point
        result = Result(name, kind, point)
        result.faults.append(f"the campaign itself: {trouble!r}")
        return result


# --- which points ---

def choose(counts, wanted, chance):
    """[(program, kind, for ever, point)] in an order of chance."""
    totals = {(name, kind, ever): of_name[kind] for name, of_name in counts.items()
              for kind, ever in KINDS}
    shares = workers.deal(totals, wanted, chance)
    items = [(*key, point) for key, share in shares.items() if share
             for point in workers.draw(totals[key], share, chance)]
    chance.shuffle(items)
    return items


def choose_remounts(counts, wanted, chance):
    totals = {name: of_name["erofs"] for name, of_name in counts.items()
              if workers.PROGRAMS[name].victim == "station" and of_name["erofs"]}
    shares = workers.deal(totals, wanted, chance)
    return [(name, "remount", False, point) for name, share in shares.items() if share
            for point in workers.draw(totals[name], share, chance)]


# --- the report ---

def tell(tap, counts, results):
    by_name = defaultdict(list)
    for result in results:
        by_name[result.name].append(result)
    for name, of_name in counts.items():
        found = by_name[name]
        outcomes = Counter(result.outcome for result in found)
        faulty = [result for result in found if result.faults]
        total = sum(of_name[kind] for kind, _ in KINDS)
        tap.result(not faulty, f"{name}: {len(found)} of {total} points, " + ", ".join(
            f"{count} {outcome}" for outcome, count in sorted(outcomes.items())) +
            f", {len(faulty)} with a fault")


def remounts(tap, counts, pool, options):
    name = "a disk that turns read-only loses nothing"
    why = disks.missing(fuse=False)
    if why:
        tap.skip(name, why)
        return []
    items = choose_remounts(counts, max(4, options.points // REMOUNT_SHARE),
                            random.Random(options.seed))
    results = pool.map(try_point, items, chunksize=1)
    faulty = [result for result in results if result.faults]
    tap.result(not faulty, f"{name} ({len(results)} remounts)",
               [f"{result}: " + "; ".join(result.faults) for result in faulty])
    return results


def control(tap, folder, counts):
    """The line that acknowledges first must be seen to lose."""
    line = workers.PROGRAMS["the desk's line"]
    early = programs.Program("early", lambda p: [*line.command(p), "--early"], speaks=False,
                             server="beside")
    early.template = line.template
    spoiler = Spoiler(folder / "control")
    points = workers.draw(counts[line.name]["eio"], CONTROL_POINTS, random.Random(1))
    results = [spoiler.attempt(early, "eio", True, point, resume=False) for point in points]
    spoiler.judge.end()
    lost = sum(storm.is_loss(result.faults) for result in results)
    tap.result(lost > 0, f"control: an early acknowledgement is seen to lose ({lost} of "
                         f"{len(results)})", ["the campaign is blind"])
    return lost


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--points", type=int, default=500)
    workers.add_options(parser, random.SystemRandom())
    options = parser.parse_args()
    since = time.monotonic()
    with storm.folder() as folder:
        workers.PROGRAMS.update({p.name: p for p in programs.build(folder, pairs.free_port())})
        names = [name for name in workers.PROGRAMS if options.only in name]
        tap = storm.Tap(len(names) + 1 + (not options.only))
        tap.since = since
        print(f"# seed {options.seed}", flush=True)
        with workers.pool(folder, Spoiler) as pool:
            counts = dict(pool.map(count_calls, names, chunksize=1))
            late = remounts(tap, counts, pool, options)
            items = choose(counts, options.points - len(late), random.Random(options.seed))
            results = list(workers.go_through(items, try_point, options, pool))
        tell(tap, counts, results)
        lost = 0 if options.only else control(tap, folder, counts)
        count, bad = len(results + late), sum(bool(r.faults) for r in results + late)
        tap.summary(f"storage-errors: {count} points of {len(counts)} programs, {bad} with a "
                    f"fault; the control lost {lost}; loss {storm.bound(count)}")
        tap.exit()


if __name__ == "__main__":
    main()
