#!/usr/bin/env python3
# SPDX-License-Identifier: EUPL-1.2
"""full-disk.py [--sizes N]: the disk is full, or almost, at the worst moment.

A complete draft waits on a tmpfs or an ext4 on which a filler leaves so and so many bytes. Then:
a capture is taken, or refused before it begins; sealing, the slip and the synchronisation work in
any case; everything acknowledged is there; and the reserve is taken back when the filler is gone.
Control: without a reserve, a full disk is seen to refuse the sealing. Prints TAP.
"""
import argparse
import json
import os
import shutil
import sys
from collections import Counter
from contextlib import contextmanager
from pathlib import Path

sys.dont_write_bytecode = True
import disks  # noqa: E402
import pair as pairs  # noqa: E402
import storm  # noqa: E402

CTL = pairs.BUILD / "app" / "cli" / "guichetctl"
MIB = 1 << 20
DISK = {"tmpfs": 16 * MIB, "ext4": 24 * MIB}
MOST_FREE = 3 * MIB      # above it every capture of CAPTURE bytes fits: nothing to be seen
CAPTURE = 300_000
AGENT = "agent.test"
REFUSAL = "presque plein"


class Desk:
    """guichetctl on one station."""

    def __init__(self, root, passphrase):
        self.root, self.passphrase = root, passphrase

    def __call__(self, *words, session=False):
        login = ["--agent", AGENT, "--passphrase-file", self.passphrase] if session else []
        return storm.call(CTL, "--root", self.root, "--json", *words, *login)


class Scene:
    """A worker's own: a station with a draft that is ready to be sealed, its centre, its disk."""

    def __init__(self, folder):
        folder.mkdir()
        self.folder, self.outcomes = folder, Counter()
        self.template = pairs.Pair.prepare(folder / "template", storm.PLAN)
        self.passphrase = folder / "passphrase"
        self.passphrase.write_text("une phrase de passe pour les essais")
        self.capture = folder / "capture.jpg"
        self.slip = folder / "slip.pdf"  # on another disk: the printer spools elsewhere too
        self.capture.write_bytes(b"\xff\xd8\xff" + os.urandom(CAPTURE))
        photo = storm.PLAN.parent / "photo.jpg"
        desk = Desk(self.template.station, self.passphrase)
        made = desk("request", "new", "other-case", "description=Carte perdue", session=True)
        self.request = json.loads(made.said)["request"]
        if desk("request", "attach", self.request, "piece", photo, session=True).status != 0:
            raise SystemExit("the draft can't be made")

    @contextmanager
    def disk(self, kind):
        folder = self.folder / "disk"
        folder.mkdir(exist_ok=True)
        if kind == "tmpfs":
            disks.run("mount", "-t", "tmpfs", "-o", f"size={DISK[kind]}", "tmpfs", folder)
            try:
                yield folder
            finally:
                disks.run("umount", folder)
            return
        image = self.folder / "image"
        disks.make(image, kind, DISK[kind])
        with disks.Device(image) as device, disks.mounted(device, folder, kind) as mount:
            yield mount
        image.unlink()

    def attempt(self, item):
        """(item, the faults of a disk of this kind with so many bytes left)."""
        kind, free = item
        pair = self.template.copy(self.folder / "now")
        try:
            if not pair.serve():
                return item, ["the centre does not start"]
            return item, self.try_disk(pair, kind, free)
        finally:
            pair.stop()

    def try_disk(self, pair, kind, free):
        with self.disk(kind) as mount:
            root = mount / "station"
            shutil.copytree(pair.station, root)
            allocate(root / "run" / "reserve")
            desk = Desk(root, self.passphrase)
            desk("station", "status")  # the store's side files stand before the disk fills
            fill(mount / "filler", mount, free)
            faults = self.work(desk, mount)
            (mount / "filler").unlink()
            return faults + self.recover(desk, root)

    def work(self, desk, mount):
        before = pieces(desk, self.request)
        took = desk("request", "attach", self.request, "piece", self.capture, session=True)
        self.outcomes["taken" if took.status == 0 else "refused"] += 1
        faults = list(took.faults)
        if took.status != 0 and REFUSAL not in took.errors:
            faults.append(f"the capture was begun: {took.errors}")
        if took.status != 0 and pieces(desk, self.request) != before:
            faults.append("a refused capture left something behind")
        for words, session in [(("request", "seal", self.request), True),
                               (("request", "slip", self.request, "-o", self.slip), False),
                               (("sync", "once"), False)]:
            done = desk(*words, session=session)
            if done.status != 0:
                faults.append(f"{words[0]} {words[1]} does not work: {done.errors}")
        return faults

    def recover(self, desk, root):
        state = json.loads(desk("request", "show", self.request).said or "{}").get("state")
        faults = [] if state == "received" else [f"the request is {state}, not received"]
        check = desk("db", "check")
        if check.status != 0:
            faults.append(f"db check: {check.errors}")
        if (root / "run" / "reserve").stat().st_size == 0:
            faults.append("the reserve was not taken back")
        return faults

    def without_reserve(self):
        """What sealing says on a full disk when nothing was put aside."""
        with self.disk("tmpfs") as mount:
            root = mount / "station"
            shutil.copytree(self.template.station, root)
            (root / "policy" / "storage.json").write_text(
                '{"reserve_bytes": 0, "margin_bytes": 0}')
            (root / "run" / "reserve").unlink()
            fill(mount / "filler", mount, 0)
            return Desk(root, self.passphrase)("request", "seal", self.request, session=True)


def pieces(desk, request):
    return json.loads(desk("request", "show", request, session=True).said or "{}").get("pieces")


def allocate(path):
    """A copied reserve is a hole on some file systems; here it must be room."""
    with open(path, "r+b") as file:
        os.posix_fallocate(file.fileno(), 0, os.fstat(file.fileno()).st_size)


def fill(path, mount, free):
    """Leaves FREE bytes, or what the file system's grain makes of it."""
    with open(path, "wb", buffering=0) as file:
        for grain in (MIB, 4096):
            while available(mount) > free + grain - 4096:
                try:
                    file.write(b"\x55" * grain)
                except OSError:
                    break


def available(mount):
    disk = os.statvfs(mount)
    return disk.f_bavail * disk.f_frsize


def sizes(scenes, tap, kind, wanted):
    name = f"{kind}: a full disk refuses captures and nothing else"
    why = disks.missing(fuse=False)
    if why:
        tap.skip(name, why)
        return 0, 0
    free = [(number - 1) * MOST_FREE // (wanted - 1) for number in range(1, wanted + 1)]
    found = storm.share([(kind, bytes_) for bytes_ in free],
                        lambda worker, item: scenes[worker].attempt(item))
    bad = [(item, faults) for item, faults in found if faults]
    tap.result(not bad, f"{name} ({len(found)} sizes)",
               [f"{free} bytes free: " + "; ".join(faults) for (_, free), faults in bad])
    return len(found), len(bad)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--sizes", type=int, default=50)
    wanted = parser.parse_args().sizes
    if os.geteuid() != 0:
        storm.skip_all("only root may mount a file system")
    with storm.folder() as folder:
        storm.stretch_once(folder)
        scenes = [Scene(Path(folder) / str(index)) for index in range(storm.WORKERS)]
        tap = storm.Tap(4)
        results = [sizes(scenes, tap, kind, max(2, wanted // 2)) for kind in DISK]
        outcomes = sum((scene.outcomes for scene in scenes), Counter())
        taken, refused = outcomes["taken"], outcomes["refused"]
        tap.result(taken and refused, f"both were seen: {taken} captures taken, {refused} refused",
                   ["the sizes do not cross the limit"])
        control = scenes[0].without_reserve()
        tap.result(control.status == 1, "control: without a reserve a full disk refuses to seal",
                   [f"status {control.status}: {control.errors}"])
        tap.summary(f"full-disk: {sum(r[0] for r in results)} sizes, "
                    f"{sum(r[1] for r in results)} bad, {refused} captures refused before they "
                    f"began, {taken} taken, control refused")
        tap.exit()


if __name__ == "__main__":
    main()
