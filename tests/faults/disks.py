# SPDX-License-Identifier: EUPL-1.2
"""Disks for storms: images, loop devices, mounts, a recorder of all writes, and its replay."""
import ctypes
import errno
import os
import random
import shutil
import struct
import subprocess
import time
from contextlib import contextmanager
from pathlib import Path

import storm

LIBC = ctypes.CDLL(None, use_errno=True)
HEADER = struct.Struct("=IIQ")
SECTOR = 512
SUPERBLOCK = 4096  # a torn superblock needs the file system's own repair: taken as atomic
CHUNK = 1 << 20
PUNCH_HOLE = 0x02 | 0x01  # FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE
MAKE = {
    "ext4": (48 << 20, ["mkfs.ext4", "-q", "-F", "-b", "4096", "-E",
                        "lazy_itable_init=0,lazy_journal_init=0,nodiscard"], ""),
    "xfs": (320 << 20, ["mkfs.xfs", "-q", "-K"], "nouuid"),
}


def run(*command):
    return subprocess.run([str(word) for word in command], stdout=subprocess.PIPE,
                          stderr=subprocess.PIPE, text=True, check=True).stdout.strip()


def missing(kind="ext4", fuse=True):
    """Why no disk can be played on this machine, or None."""
    if os.geteuid() != 0:
        return "only root may mount a file system"
    if fuse and not (os.access("/dev/fuse", os.W_OK) and (storm.FAULTS / "disk").exists()):
        return "no FUSE on this machine"
    if not os.path.exists("/dev/loop-control"):
        return "this kernel has no loop devices"
    if not shutil.which(MAKE[kind][1][0]):
        return f"{MAKE[kind][1][0]} is not installed"
    with storm.folder() as folder:
        try:
            make(folder / "image", kind)
            with Device(folder / "image") as device, mounted(device, folder / "m", kind):
                return None
        except (OSError, subprocess.CalledProcessError) as error:
            return f"{kind} can't be mounted here: {error}"


def make(path, kind, size=None):
    default, command, _ = MAKE[kind]
    with open(path, "wb") as file:
        file.truncate(size or default)
    run(*command, path)


class Device:
    """A loop device on a file."""

    def __init__(self, path):
        self.name = run("losetup", "-f", "--show", path)

    def __enter__(self):
        return self.name

    def __exit__(self, *_):
        run("losetup", "-d", self.name)


@contextmanager
def mounted(device, folder, kind):
    folder = Path(folder)
    folder.mkdir(exist_ok=True)
    if LIBC.mount(device.encode(), str(folder).encode(), kind.encode(), 0,
                  MAKE[kind][2].encode()) != 0:
        raise OSError(ctypes.get_errno(), f"mount {kind}: {os.strerror(ctypes.get_errno())}")
    try:
        yield folder
    finally:
        while LIBC.umount2(str(folder).encode(), 0) != 0:
            if ctypes.get_errno() != 16:  # busy: a dying program still holds it
                raise OSError(ctypes.get_errno(), "umount")
            time.sleep(0.01)
        wait_until_released(device)


def wait_until_released(device):
    """A mount namespace that anybody has made meanwhile (a sandbox, say) may still hold the file
    system: mounted again, the device would show the old one and not what is written there now."""
    while True:
        try:
            os.close(os.open(device, os.O_RDONLY | os.O_EXCL))
            return
        except OSError as error:
            if error.errno != errno.EBUSY:
                raise
            time.sleep(0.01)


def clone(source, target, size):
    """Copies the open file SOURCE over TARGET and keeps its holes holes. A loop device may stand on
    TARGET, which therefore never changes its size."""
    if LIBC.fallocate(target, PUNCH_HOLE, ctypes.c_long(0), ctypes.c_long(size)) != 0:
        raise OSError(ctypes.get_errno(), "fallocate: no holes can be made here")
    start = 0
    while True:
        try:
            start = os.lseek(source, start, os.SEEK_DATA)
        except OSError:
            return
        end = os.lseek(source, start, os.SEEK_HOLE)
        while start < end:
            start += os.pwrite(target, os.pread(source, min(CHUNK, end - start), start), start)


def copy(source, target):
    with open(source, "rb") as old, open(target, "wb") as new:
        new.truncate(os.path.getsize(source))
        clone(old.fileno(), new.fileno(), os.path.getsize(source))


def record(base, folder, kind, action):
    """Plays ACTION(mount, mark) on a recorded disk that starts as BASE; the log's path.

    The mounting itself, and what the journal of the file system does in it, are in the log too."""
    folder = Path(folder)
    folder.mkdir(parents=True, exist_ok=True)
    copy(base, folder / "image")
    fuse = folder / "fuse"
    fuse.mkdir(exist_ok=True)
    run(storm.FAULTS / "disk", folder / "image", folder / "log", fuse)
    try:
        with Device(fuse / "disk") as device, mounted(device, folder / "mounted", kind) as mount:
            action(mount, fuse / "mark")
    finally:
        run("fusermount3", "-u", fuse)
    os.unlink(folder / "image")
    return folder / "log"


def read_log(path):
    """[(kind, offset, bytes)]"""
    events, data, at = [], Path(path).read_bytes(), 0
    while at < len(data):
        kind, size, offset = HEADER.unpack_from(data, at)
        at += HEADER.size
        events.append((chr(kind), offset, data[at:at + size]))
        at += size
    return events


class Replay:
    """The disk as it was at any event, moving forward only; one worker's own."""

    def __init__(self, base, events, folder, acks=b"", seed=1):
        self.events, self.acks, self.random = events, acks, random.Random(seed)
        self.size, self.at, self.flushed = os.path.getsize(base), 0, 0
        self.path = Path(folder) / "cut"
        copy(base, Path(folder) / "durable")
        self.durable = os.open(Path(folder) / "durable", os.O_RDWR)
        self.cut = os.open(self.path, os.O_RDWR | os.O_CREAT)
        os.ftruncate(self.cut, self.size)

    def advance(self, point):
        """To just before event POINT."""
        while self.at < point:
            kind, _, data = self.events[self.at]
            if kind == "F":
                for _, offset, written in self.pending():
                    os.pwrite(self.durable, written, offset)
                self.flushed = self.at + 1
            elif kind == "M":
                self.acks += data
            self.at += 1

    def pending(self):
        return [event for event in self.events[self.flushed:self.at] if event[0] == "W"]

    def build(self, how):
        """Writes the disk that a power cut here leaves, with un-flushed writes lost as HOW says."""
        clone(self.durable, self.cut, self.size)
        for _, offset, data in self.pending():
            if how == "all" or (how == "half" and self.random.random() < .5):
                os.pwrite(self.cut, data, offset)
            elif how == "torn" and offset < SUPERBLOCK:
                if self.random.random() < .5:
                    os.pwrite(self.cut, data, offset)
            elif how == "torn":
                for at in range(0, len(data), SECTOR):
                    if self.random.random() < .5:
                        os.pwrite(self.cut, data[at:at + SECTOR], offset + at)

    def close(self):
        os.close(self.durable)
        os.close(self.cut)
