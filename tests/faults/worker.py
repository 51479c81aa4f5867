# SPDX-License-Identifier: EUPL-1.2
"""Running programs.py's programs under a storm, judging what is left, and running them again."""
import multiprocessing
import shutil
import signal
import sqlite3
import subprocess
import sys
import time

import pair as pairs
from place import FAULTS, Judge, Outcome, call

WORKERS = 2
STRETCH = FAULTS / "libstorm-stretch.so"
TELL_SECONDS = 60
ROUND_SECONDS, END_SECONDS = 2, 10  # what a daemon gets for its first round, and to end


class Worker:
    """One process of a campaign: a folder where copies live and die, a port, a judge."""

    def __init__(self, folder):
        self.folder, self.port = folder, pairs.free_port()
        shutil.rmtree(folder, ignore_errors=True)
        (folder / "stretched").mkdir(parents=True)
        # what is not itself under the storm need not stretch each passphrase again (stretch.c)
        self.quick = {"LD_PRELOAD": str(STRETCH),
                      "STORM_STRETCHED": str(folder / "stretched")}
        self.judge = Judge(**self.quick)

    def fresh(self, program, folder=None):
        return program.template.take(folder or self.folder / "now", self.port)

    def run(self, program, place, *prefix):
        """Runs it, behind PREFIX; (Outcome, the status of what stood behind PREFIX)."""
        quick = self.quick if not prefix else {}
        if program.server == "itself":
            place.serve(*prefix)
            done = call(*program.command(place), **self.quick)
            return done, place.stop()
        if program.server == "beside" and not place.serve():
            return Outcome(99, "", "the centre does not start"), 99
        try:
            if program.daemon:
                done = self.run_daemon(place, *prefix, *program.command(place))
            else:
                done = call(*prefix, *program.command(place), **quick)
            return done, done.status
        finally:
            place.stop()

    def run_daemon(self, place, *command):
        """Until the centre has what it sends, and a moment more; then it is told to end."""
        errors = self.folder / "errors"
        with open(errors, "w", encoding="utf-8") as log:
            daemon = subprocess.Popen([str(word) for word in command], stdin=subprocess.DEVNULL,
                                      stdout=log, stderr=log)
        deadline = time.monotonic() + ROUND_SECONDS
        while daemon.poll() is None and time.monotonic() < deadline:
            time.sleep(0.02)
            if has_deposits(place):
                time.sleep(0.1)
                break
        daemon.terminate()
        try:
            status = daemon.wait(END_SECONDS)
        except subprocess.TimeoutExpired:
            daemon.kill()
            status = 124
        # it may be told before it listens to that, and ends all the same
        status = 0 if status in (-signal.SIGTERM, 128 + signal.SIGTERM) else status
        return Outcome(status, "", errors.read_text().strip())

    def count(self, program, *prefix):
        """The numbers that PREFIX leaves in the file count, of a whole run."""
        place = self.fresh(program)
        done, _ = self.run(program, place, *prefix_of(prefix, place, program))
        if done.status != 0:
            raise SystemExit(f"{program.name} does not work without any storm: {done.errors}")
        return tuple(int(number) for number in (place.folder / "count").read_text().split())

    def judged(self, program, place, done, sure):
        """The faults after a run. SURE: it was run to its end, and says so or refuses because
        there is nothing left to do."""
        answer = done.answer if program.speaks else None
        if answer or sure:
            place.acknowledge(program.effects(place, answer))
        faults = []
        judged = program.judged and not program.unfinished(place)
        if judged or (sure and place.acks.stat().st_size > 0):
            faults += self.judge.ask(place, with_centre=sure and program.deposits)
        if program.look:
            faults += program.look(place, bool(answer) or sure)
        return faults

    def resume(self, program, place):
        """What an office does after the storm: the same again."""
        done, _ = self.run(program.again, place)
        faults = done.faults
        nothing_left = program.look or program.effects(place, None)
        if done.status == 1 and (not nothing_left or program.unfinished(place)):
            faults.append(f"does not resume: {done.errors}")
        return [f"after the resumption: {fault}" for fault in
                faults + self.judged(program, place, done, sure=True)]


def has_deposits(place):
    try:
        return place.rows(place.centre / "depot.db", "SELECT 1 FROM deposit")
    except sqlite3.Error:  # the disk is read-only by now
        return False


def prefix_of(prefix, place, program):
    """PREFIX may be a function of the place."""
    return prefix[0](place, program) if prefix and callable(prefix[0]) else prefix


# --- the work, shared by processes that inherit the programs ---

PROGRAMS, STATE = {}, {}


def stop(*_):
    """A campaign that is told to end leaves neither copies nor mounts behind."""
    sys.exit(128 + signal.SIGTERM)


def start(folder, make):
    """Becomes a worker: MAKE(folder) in a folder of its own."""
    number = multiprocessing.current_process()._identity[0]
    signal.signal(signal.SIGTERM, stop)
    STATE["worker"] = make(folder / f"worker-{number}")


def pool(folder, make):
    made = multiprocessing.get_context("fork").Pool(WORKERS, start, (folder, make))
    signal.signal(signal.SIGTERM, stop)
    return made


def ours():
    return STATE["worker"]


# --- which points ---

def draw(total, wanted, chance):
    """WANTED of 1…TOTAL, one by chance in each of as many equal parts."""
    wanted = min(wanted, total)
    return [1 + int((part + chance.random()) * total / wanted) for part in range(wanted)]


def deal(totals, wanted, chance):
    """{name: how many}: WANTED shared evenly, no one more than it has; a rest goes by chance."""
    shares = dict.fromkeys(totals, 0)
    while wanted > 0 and (left := [name for name in totals if shares[name] < totals[name]]):
        chance.shuffle(left)
        each = max(1, wanted // len(left))
        for name in left[:wanted]:
            more = min(each, totals[name] - shares[name], wanted)
            shares[name] += more
            wanted -= more
    return shares


def go_through(items, attempt, options, pool_of_workers):
    """The results of ATTEMPT over ITEMS, from --from on, until the --minutes are over. Says each
    minute how far it is, and each fault at once: a campaign is worth something when it is cut."""
    since, done, bad = time.monotonic(), options.start, 0
    told = since
    for result in pool_of_workers.imap_unordered(attempt, items[options.start:], chunksize=2):
        done += 1
        if result.faults:
            bad += 1
            print(f"# {result}: " + "; ".join(result.faults), flush=True)
        yield result
        now = time.monotonic()
        if now - told > TELL_SECONDS:
            told = now
            print(f"# {done} of {len(items)} after {now - since:.0f} s, {bad} with a fault",
                  flush=True)
        if now - since > 60 * options.minutes and done < len(items):
            print(f"# out of time after {done} of {len(items)}: go on with the same counts, "
                  f"--seed {options.seed} --from {max(0, done - 4 * WORKERS)}", flush=True)
            pool_of_workers.terminate()
            return


def add_options(parser, chance):
    parser.add_argument("--minutes", type=float, default=600)
    parser.add_argument("--seed", type=int, default=chance.randrange(10**6))
    parser.add_argument("--from", type=int, default=0, dest="start")
    parser.add_argument("--only", default="", help="programs whose name has this")
