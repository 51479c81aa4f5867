#!/usr/bin/env python3
# SPDX-License-Identifier: EUPL-1.2
"""power-cuts.py [--cuts N]: cut the power at every write of the line, mount what is left, judge.

The line runs on a real file system on a disk that writes everything down (disk.c): the station's,
from the first field to the erasure after the centre's answer, then the centre's, from the first
byte received to the receipt. A cut is a place in that log, and a fate of the writes that no flush
has covered: none of them, all, a random half, or torn in sectors of 512 bytes; fates that leave the
same disk are one cut. Each such disk is built, mounted (the file system replays its journal) and
judged. Prints TAP; skipped where there is no FUSE, loop device or mount.
"""
import argparse
import hashlib
import json
import shutil
import sqlite3
import sys
from pathlib import Path

sys.dont_write_bytecode = True
import disks  # noqa: E402
import pair as pairs  # noqa: E402
import storm  # noqa: E402

FATES = ["none", "all", "half", "torn"]
CUTS_OF_A_REQUEST = 200  # about: what one recorded request offers, fates included
CUTS_OF_A_DEPOSIT = 45   # the same at the centre
REQUESTS_OF_A_LOG = 5    # more would make each judgement longer: another log is begun
CUTS_OF_A_FILE = 20
KEPT_FILES = 24
CONTROL_CUTS = 60


def judge_station(mount, acks):
    return storm.judge(mount / "station", acks)


def judge_files(mount, acks):
    """For keep.c: each acknowledged file is there, whole."""
    faults = []
    for ack in acks.read_text().splitlines():
        _, name, sha256 = ack.split(" ")
        path = mount / "kept" / name
        if not path.exists() or hashlib.sha256(path.read_bytes()).hexdigest() != sha256:
            faults.append(f"LOST {ack}")
    return faults


def judge_centre(mount, acks):
    """What was acknowledged as received is there and whole; each row has its file."""
    centre, faults = mount / "centre", []
    listed = storm.call(pairs.CENTRAL, "--root", centre, "--json", "list")
    if listed.status != 0:
        return [f"the centre does not open: {listed.errors}"]
    rows = {row["sha256"]: row for row in json.loads(listed.said)["deposits"]}
    database = sqlite3.connect(centre / "depot.db")
    check = database.execute("PRAGMA integrity_check").fetchall()
    database.close()
    faults += [] if check == [("ok",)] else [f"depot.db: {check}"]
    for sha256, row in rows.items():
        path = centre / row["path"]
        if not path.exists() or hashlib.sha256(path.read_bytes()).hexdigest() != sha256:
            faults.append(f"LOST the file of {sha256}")
    return faults + [f"LOST {ack}" for ack in acks.read_text().splitlines()
                     if ack.startswith("received ") and ack.split(" ")[2] not in rows]


def run_line(station, mark, *options, **environment):
    done = storm.call(storm.FAULTS / "line", station, storm.PLAN, mark, *options, **environment)
    if done.status != 0:
        raise SystemExit(f"the line does not work without any cut: {done.errors}")


def work(requests, **environment):
    """An action for disks.record(): the line up to the sealing, REQUESTS times."""
    def action(mount, mark):
        for _ in range(requests):
            run_line(mount / "station", mark, "--seal-only", STORM_FOLDER=mount, **environment)
    return action


def live(pair, requests):
    """An action: REQUESTS times the whole line, at a centre on a disk of its own that answers."""
    def action(mount, mark):
        answered = set()
        pair.serve()
        try:
            for _ in range(requests):
                run_line(mount / "station", mark, "--erase")
                answer(pair, answered)
        finally:
            pair.stop()
    return action


def answer(pair, answered):
    """The centre's word on each deposit, once."""
    central = [pairs.CENTRAL, "--root", pair.centre]
    for row in json.loads(pairs.run(*central, "--json", "list"))["deposits"]:
        if row["sha256"] not in answered:
            pairs.run(*central, "answer", row["sha256"], "in-progress", "Dossier à l’étude")
            answered.add(row["sha256"])


def receive(pair, requests):
    """An action: the centre stands on the recorded disk, the station outside."""
    def action(mount, mark):
        recorded = pairs.Pair(pair.folder, pair.port)
        recorded.centre = mount / "centre"
        if not recorded.serve():
            raise SystemExit("the centre does not start on the recorded disk")
        try:
            for _ in range(requests):
                run_line(pair.station, mark, "--erase")
        finally:
            recorded.stop()
    return action


def keep(count, **environment):
    def action(mount, mark):
        (mount / "kept").mkdir()
        done = storm.call(storm.FAULTS / "keep", mount / "kept", count, mark,
                          STORM_FOLDER=mount, **environment)
        if done.status != 0:
            raise SystemExit(f"keep does not work without any cut: {done.errors}")
    return action


def distinct_cuts(events):
    """[(place, fate)] of all cuts before each event and after the last that differ in the disk or
    in what was acknowledged by then."""
    cuts, pending = [(0, "none")], 0
    for place, (kind, _, _) in enumerate(events, 1):
        pending = 0 if kind == "F" else pending + (kind == "W")
        if kind != "W":
            cuts.append((place, "none"))
        cuts += [(place, fate) for fate in FATES[1:] if pending > (fate == "half")]
    return cuts


class Campaign:
    """Bases by file system, and what the cuts of them gave."""

    def __init__(self, folder):
        self.folder, self.serial = folder, 0
        self.pair = pairs.Pair.prepare(folder / "template", storm.PLAN)
        self.totals = {"cuts": 0, "lost": 0, "corrupt": 0}

    def new_folder(self):
        self.serial += 1
        path = self.folder / str(self.serial)
        path.mkdir()
        return path

    def base(self, kind):
        """An image with a fresh station and its centre on it, as after their installation."""
        path = self.folder / f"base.{kind}"
        if not path.exists():
            disks.make(path, kind)
            with disks.Device(path) as device, \
                    disks.mounted(device, self.folder / "base", kind) as mount:
                shutil.copytree(self.pair.station, mount / "station")
                shutil.copytree(self.pair.centre, mount / "centre")
        return path

    def fresh_pair(self):
        """A copy of station and centre, to act on outside the recorded disk."""
        return self.pair.copy(self.new_folder() / "pair")

    def cut(self, base, log, kind, wanted, judge=judge_station, acks=b""):
        """[(where, fate, faults)] of WANTED cuts of LOG, spread over places and fates."""
        events = disks.read_log(log)
        cuts = distinct_cuts(events)
        chosen = [cuts[number - 1] for number in storm.spread(len(cuts), wanted)]

        def attempt(_, index):
            folder = self.new_folder()
            replay = disks.Replay(base, events, folder, acks, seed=index)
            with disks.Device(replay.path) as device:
                outcomes = [self.one_cut(replay, device, kind, judge, *cut)
                            for cut in chosen[index::storm.WORKERS]]
            replay.close()
            shutil.rmtree(folder)
            return outcomes

        found = storm.share(list(range(storm.WORKERS)), attempt)
        return [outcome for part in found for outcome in part]

    def one_cut(self, replay, device, kind, judge, place, fate):
        replay.advance(place)
        replay.build(fate)
        acks = replay.path.parent / "acks"
        acks.write_bytes(replay.acks)
        try:
            with disks.mounted(device, replay.path.parent / "mounted", kind) as mount:
                faults = judge(mount, acks)
        except OSError as error:
            faults = [f"the disk does not come back: {error}"]
        return place, fate, faults

    def count(self, found):
        bad = [(place, fate, faults) for place, fate, faults in found if faults]
        lost = sum(storm.is_loss(faults) for _, _, faults in bad)
        self.totals["cuts"] += len(found)
        self.totals["lost"] += lost
        self.totals["corrupt"] += len(bad) - lost
        return bad


def show(bad):
    return [f"cut at {place}, {fate}: " + "; ".join(faults) for place, fate, faults in bad]


def cut_subject(tap, campaign, kind, wanted, subject):
    """SUBJECT: (what it is, its action for a number of requests, cuts of one, its judge)."""
    what, action, of_one, judge = subject
    name = f"{kind}: cuts of {what} lose nothing"
    why = disks.missing(kind)
    if why:
        tap.skip(name, why)
        return None
    found = []
    while len(found) < wanted:
        part = min(wanted - len(found), of_one * REQUESTS_OF_A_LOG)
        log = disks.record(campaign.base(kind), campaign.new_folder(), kind,
                           action(campaign.fresh_pair(), 2 + part // of_one))
        found += campaign.cut(campaign.base(kind), log, kind, part, judge)
    bad = campaign.count(found)
    tap.result(not bad, f"{name} ({len(found)})", show(bad))
    return log


STATION = ("the station, from the first field to the erasure", live, CUTS_OF_A_REQUEST,
           judge_station)
CENTRE = ("the centre, from the first byte to the receipt", receive, CUTS_OF_A_DEPOSIT,
          judge_centre)


def cut_recoveries(tap, campaign, log, wanted, kind="ext4"):
    """Disks that a cut left are mounted and worked on under record, and cut again."""
    events = disks.read_log(log)
    scenes = max(2, wanted // 100)
    found = []
    for number in storm.spread(len(events), scenes + 2)[1:-1]:
        folder = campaign.new_folder()
        replay = disks.Replay(campaign.base(kind), events, folder, seed=number)
        replay.advance(number)
        replay.build(FATES[number % len(FATES)])
        acks = replay.acks
        again = disks.record(replay.path, campaign.new_folder(), kind, work(1))
        found += campaign.cut(replay.path, again, kind, wanted // scenes, acks=acks)
        replay.close()
        shutil.rmtree(folder)
    bad = campaign.count(found)
    tap.result(not bad, f"{kind}: cuts during recovery lose nothing ({len(found)})", show(bad))


def cut_files(tap, campaign, wanted, kind="ext4"):
    log = disks.record(campaign.base(kind), campaign.new_folder(), kind,
                       keep(max(KEPT_FILES, wanted // CUTS_OF_A_FILE)))
    found = campaign.cut(campaign.base(kind), log, kind, wanted, judge_files)
    bad = campaign.count(found)
    tap.result(not bad, f"{kind}: files that were acknowledged are durable ({len(found)})",
               show(bad))


def control(tap, campaign, name, action, judge, kind="ext4"):
    """A subject that does not wait for its disk: the campaign must see it lose."""
    log = disks.record(campaign.base(kind), campaign.new_folder(), kind, action)
    found = campaign.cut(campaign.base(kind), log, kind, CONTROL_CUTS, judge)
    lost = sum(storm.is_loss(faults) for _, _, faults in found)
    tap.result(lost > 0, f"control: {name} is seen to lose ({lost} of {len(found)})",
               ["the campaign is blind"])
    return lost


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--cuts", type=int, default=500)
    cuts = parser.parse_args().cuts
    if disks.missing():
        storm.skip_all(disks.missing())
    with storm.folder() as folder:
        storm.stretch_once(folder)
        campaign = Campaign(Path(folder))
        tap = storm.Tap(7)
        log = cut_subject(tap, campaign, "ext4", cuts // 2, STATION)
        cut_subject(tap, campaign, "ext4", cuts // 5, CENTRE)
        cut_subject(tap, campaign, "xfs", cuts // 20, STATION)
        cut_recoveries(tap, campaign, log, cuts * 3 // 20)
        cut_files(tap, campaign, cuts // 10)
        lost = [control(tap, campaign, "the raw WAL with synchronous=NORMAL",
                        work(1, LD_PRELOAD=storm.CALLS, STORM_KIND="unsynced-wal"), judge_station),
                control(tap, campaign, "a file without fsync of its folder",
                        keep(KEPT_FILES, LD_PRELOAD=storm.CALLS, STORM_KIND="unsynced-folders"), judge_files)]
        total = campaign.totals
        tap.summary(f"power-cuts: {total['cuts']} cuts, {total['lost']} lost, {total['corrupt']} "
                    f"corrupt, controls lost {lost[0]} and {lost[1]}; "
                    f"loss {storm.bound(total['cuts'])}")
        tap.exit()


if __name__ == "__main__":
    main()
