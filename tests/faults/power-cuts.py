#!/usr/bin/env python3
# SPDX-License-Identifier: EUPL-1.2
"""power-cuts.py [--cuts N]: cut the power at every write of the line, mount what is left, judge.

The line runs on a real file system on a disk that writes everything down (disk.c). A cut is a
place in that log, and a fate of the writes that no flush has covered: none of them, all, a random
half, or torn in sectors of 512 bytes. Each such disk is built, mounted (the file system replays
its journal) and judged by verify. Prints TAP; skipped where there is no FUSE, loop device or mount.
"""
import argparse
import hashlib
import shutil
import sys
from pathlib import Path

sys.dont_write_bytecode = True
import disks  # noqa: E402
import pair as pairs  # noqa: E402
import storm  # noqa: E402

FATES = ["none", "all", "half", "torn"]
CUTS_OF_A_REQUEST = 400  # about: what one recorded request offers, fates included
KEPT_FILES = 24
CUTS_OF_A_FILE = 20
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


def work(requests, **environment):
    """An action for disks.record(): the line, REQUESTS times."""
    def action(mount, mark):
        for _ in range(requests):
            done = storm.line(mount / "station", mark, STORM_FOLDER=mount, **environment)
            if done.status != 0:
                raise SystemExit(f"the line does not work without any cut: {done.errors}")
    return action


def keep(count, **environment):
    def action(mount, mark):
        (mount / "kept").mkdir()
        done = storm.call(storm.FAULTS / "keep", mount / "kept", count, mark,
                          STORM_FOLDER=mount, **environment)
        if done.status != 0:
            raise SystemExit(f"keep does not work without any cut: {done.errors}")
    return action


class Campaign:
    """Bases by file system, and what the cuts of them gave."""

    def __init__(self, folder):
        self.folder, self.serial = folder, 0
        self.station = pairs.Pair.prepare(folder / "template", storm.PLAN).station
        self.totals = {"cuts": 0, "lost": 0, "corrupt": 0}

    def new_folder(self):
        self.serial += 1
        path = self.folder / str(self.serial)
        path.mkdir()
        return path

    def base(self, kind):
        """An image with a fresh station on it, as after its installation."""
        path = self.folder / f"base.{kind}"
        if not path.exists():
            disks.make(path, kind)
            with disks.Device(path) as device, \
                    disks.mounted(device, self.folder / "base", kind) as mount:
                shutil.copytree(self.station, mount / "station")
        return path

    def cut(self, base, log, kind, wanted, judge=judge_station, acks=b""):
        """[(where, fate, faults)] of WANTED cuts of LOG, spread over places and fates."""
        events = disks.read_log(log)
        places = storm.spread((len(events) + 1) * len(FATES), wanted)

        def attempt(_, index):
            folder = self.new_folder()
            replay = disks.Replay(base, events, folder, acks, seed=index)
            with disks.Device(replay.path) as device:
                outcomes = [self.one_cut(replay, device, kind, judge, number)
                            for number in places[index::storm.WORKERS]]
            replay.close()
            shutil.rmtree(folder)
            return outcomes

        found = storm.share(list(range(storm.WORKERS)), attempt)
        return [outcome for part in found for outcome in part]

    def one_cut(self, replay, device, kind, judge, number):
        """NUMBER counts places and, within a place, fates."""
        place, fate = (number - 1) // len(FATES), FATES[(number - 1) % len(FATES)]
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


def cut_line(tap, campaign, kind, wanted):
    name = f"{kind}: cuts of the line lose nothing"
    why = disks.missing(kind)
    if why:
        tap.skip(name, why)
        return None
    log = disks.record(campaign.base(kind), campaign.new_folder(), kind,
                       work(max(1, wanted // CUTS_OF_A_REQUEST)))
    found = campaign.cut(campaign.base(kind), log, kind, wanted)
    bad = campaign.count(found)
    tap.result(not bad, f"{name} ({len(found)})", show(bad))
    return log


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
        campaign = Campaign(Path(folder))
        tap = storm.Tap(6)
        log = cut_line(tap, campaign, "ext4", cuts * 7 // 10)
        cut_line(tap, campaign, "xfs", cuts // 20)
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
