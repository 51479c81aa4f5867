#!/usr/bin/env python3
# SPDX-License-Identifier: EUPL-1.2
"""kill-points.py [--kills N] [--minutes M] [--seed S [--from K]] [--only NAME]

kill -9 at the system calls of every program that writes (programs.py), and judge. A point is the
entry or the exit of one system call of one program. Each starts from a fresh copy of the program's
template, is killed with its whole tree, judged, run again to its end and judged again; every fourth
that left a trace is killed once more while it is run again. What a kill left byte for byte as it
was needs no second judgement. Half of the points fall on calls that write below the station (the
centre, the file asked for), the others on all other calls; they are drawn evenly over programs and
over calls by the seed that is printed, in an order that --from can take up again.

Prints TAP: a line for each program, the controls that must find faults, a summary. Skipped where a
process may not be traced.
"""
import argparse
import random
import sys
import time
from collections import Counter, defaultdict

sys.dont_write_bytecode = True
import looks  # noqa: E402
import pair as pairs  # noqa: E402
import programs  # noqa: E402
import storm  # noqa: E402
import worker as workers  # noqa: E402
from place import FAULTS, call  # noqa: E402

KILLED = 137          # kill-at's own status
RECOVERY_EVERY = 4    # points, for one kill of the recovery
RECOVERY_SHARE = 0.13  # of all kills that makes, since half of them leave nothing to recover
CONTROL_POINTS = 24


class Result:
    def __init__(self, name, point):
        self.name, self.point = name, point
        self.kills = self.recoveries = 0
        self.traceless = False
        self.faults = []

    def __str__(self):
        return f"{self.name}, {self.point}"


class Killer(workers.Worker):
    def kill(self, program, place, point):
        """Runs it until POINT; (Outcome, was it killed there)."""
        done, status = self.run(program, place, FAULTS / "kill-at", point, program.below(place),
                                place.folder / "count")
        return done, status == KILLED

    def attempt(self, program, point, again=None, resume=True):
        result = Result(program.name, point)
        place = self.fresh(program)
        done, killed = self.kill(program, place, point)
        result.kills += killed
        if program.server == "itself":
            result.faults += done.faults
        elif not killed and done.status != 0:
            result.faults.append(f"status {done.status}: {done.errors}")
        if killed and place.same_as(program.template):
            result.traceless = True
            return result
        result.faults += self.judged(program, place, done, sure=False)
        if again:
            done, killed = self.kill(program, place, again)
            result.kills += killed
            result.recoveries += killed
            result.faults += [f"killed again at {again}: {fault}" for fault in
                              self.judged(program, place, done, sure=False)]
        if resume:
            result.faults += self.resume(program, place)
        return result


def count_points(name):
    program = workers.PROGRAMS[name]
    return name, workers.ours().count(program, lambda place, program: (
        FAULTS / "kill-at", "0", program.below(place), place.folder / "count"))


def try_point(item):
    name, point, again = item
    try:
        return workers.ours().attempt(workers.PROGRAMS[name], point, again)
    except Exception as trouble:  # a fault of the campaign must not pass for a clean point
        result = Result(name, point)
        result.faults.append(f"the campaign itself: {trouble!r}")
        return result


# --- which points ---

def choose(counts, kills, chance):
    """[(program, point, point of the recovery or None)] in an order of chance."""
    points = round(kills * (1 - RECOVERY_SHARE))
    storage = workers.deal({name: count[0] for name, count in counts.items()}, points // 2,
                           chance)
    others = workers.deal({name: count[1] for name, count in counts.items()},
                  points - sum(storage.values()), chance)
    items = []
    for name, (calls, rest) in counts.items():
        items += [(name, f"s{n}") for n in workers.draw(calls, storage[name], chance)]
        items += [(name, f"o{n}") for n in workers.draw(rest, others[name], chance)]
    chance.shuffle(items)
    return [(name, point, recovery_point(counts[name], index, chance))
            for index, (name, point) in enumerate(items)]


def recovery_point(count, index, chance):
    series, total = chance.choice((("s", count[0]), ("o", count[1])))
    return f"{series}{chance.randint(1, total)}" if index % RECOVERY_EVERY == 0 else None


# --- the report ---

class Report:
    def __init__(self, counts):
        self.counts, self.results = counts, defaultdict(list)

    def add(self, result):
        self.results[result.name].append(result)

    def kills(self):
        return sum(result.kills for results in self.results.values() for result in results)

    def faulty(self):
        return [result for results in self.results.values() for result in results if result.faults]

    def tell(self, tap):
        for name in self.counts:
            results = self.results[name]
            kinds = Counter(result.point[0] for result in results)
            missed = sum(result.kills == 0 for result in results)
            faulty = [result for result in results if result.faults]
            tap.result(not faulty and missed <= 0.1 * len(results) + 2,
                       f"{name}: {sum(r.kills for r in results)} kills, at {kinds['s']} of "
                       f"{self.counts[name][0]} storage calls and {kinds['o']} of "
                       f"{self.counts[name][1]} others, {sum(r.recoveries for r in results)} in "
                       f"recovery; {sum(r.traceless for r in results)} left no trace, {missed} "
                       f"missed, {len(faulty)} with a fault")


def campaign(tap, pool, counts, options):
    report = Report(counts)
    items = choose(counts, options.kills, random.Random(options.seed))
    for result in workers.go_through(items, try_point, options, pool):
        report.add(result)
    report.tell(tap)
    return report


# --- controls: each must find faults ---

def early_line():
    line = workers.PROGRAMS["the desk's line"]
    early = programs.Program("early", lambda p: [*line.command(p), "--early"], speaks=False,
                             server="beside")
    early.template = line.template
    return early


def control_early(worker, counts):
    points = workers.draw(counts["the desk's line"][0], CONTROL_POINTS, random.Random(1))
    results = [worker.attempt(early_line(), f"s{point}", resume=False) for point in points]
    return sum(storm.is_loss(result.faults) for result in results)


def control_half(worker):
    """A slip written in its place, as a careless program would."""
    program = programs.Program(
        "careless", lambda p: ["dd", f"if={p.folder / 'whole.pdf'}", f"of={p.out / 'slip.pdf'}",
                               "bs=512", "status=none"], judged=False, speaks=False,
        look=looks.at_file("slip.pdf", looks.is_pdf), victim="out")
    program.template = workers.PROGRAMS["request receipt"].template.take(worker.folder / "careless")
    (program.template.out / "slip.pdf").rename(program.template.folder / "whole.pdf")
    total = worker.count(program, FAULTS / "kill-at", "0", worker.folder / "now" / "out",
                         worker.folder / "now" / "count")[0]
    results = [worker.attempt(program, f"s{point}", resume=False)
               for point in workers.draw(total, CONTROL_POINTS, random.Random(1))]
    return sum(any(fault.startswith("half") for fault in result.faults) for result in results)


def control_judge(worker):
    """What the judge says of a centre with a deposit too many, and of one that lost its file."""
    program = workers.PROGRAMS["the desk's line"]
    place = worker.fresh(program)
    if worker.resume(program, place):
        return ["the judge refuses a whole line"]
    depot = place.centre / "depot.db"
    columns = [row[1] for row in place.rows(depot, "PRAGMA table_info(deposit)")]
    chosen = ["printf('%064x', 1)" if name == "sha256" else
              f"{name} + 1" if name in ("ordinal", "sequence") else name for name in columns]
    place.rows(depot, f"INSERT INTO deposit SELECT {', '.join(chosen)} FROM deposit")
    blind = [] if worker.judge.ask(place, True) else ["a second deposit is not seen"]
    for file in (place.centre / "depots").rglob("*.asice"):
        file.unlink()
    lost = storm.is_loss(worker.judge.ask(place, True))
    return blind + ([] if lost else ["a lost bundle is not seen"])


def controls(tap, folder, counts):
    worker = Killer(folder / "controls")
    try:
        lost = control_early(worker, counts)
        tap.result(lost > 0, f"control: an early acknowledgement is seen to lose ({lost} of "
                             f"{CONTROL_POINTS})")
        half = control_half(worker)
        tap.result(half > 0, f"control: a file written in its place is seen to be half ({half})")
        faults = control_judge(worker)
        tap.result(not faults, "control: the judge sees a lost and a second deposit", faults)
        return f"controls saw {lost} lost, {half} half"
    finally:
        worker.judge.end()


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--kills", type=int, default=1000)
    workers.add_options(parser, random.SystemRandom())
    options = parser.parse_args()
    since = time.monotonic()
    with storm.folder() as folder:
        if call(FAULTS / "kill-at", 0, folder, folder / "count", "true").status == 77:
            storm.skip_all("this machine does not let a process be traced")
        workers.PROGRAMS.update({p.name: p for p in programs.build(folder, pairs.free_port())})
        names = [name for name in workers.PROGRAMS if options.only in name]
        tap = storm.Tap(len(names) + (0 if options.only else 3))
        tap.since = since
        print(f"# seed {options.seed}", flush=True)
        with workers.pool(folder, Killer) as pool:
            counts = dict(pool.map(count_points, names, chunksize=1))
            report = campaign(tap, pool, counts, options)
        said = "no controls" if options.only else controls(tap, folder, counts)
        tap.summary(f"kill-points: {report.kills()} kills of {len(counts)} programs, "
                    f"{len(report.faulty())} with a fault; {said}; loss "
                    f"{storm.bound(report.kills())}")
        tap.exit()


if __name__ == "__main__":
    main()
