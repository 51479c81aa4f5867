# SPDX-License-Identifier: EUPL-1.2
"""A station and its centre with what programs need beside them: copied, run, compared, judged."""
import json
import os
import shutil
import sqlite3
import subprocess
from pathlib import Path

import pair as pairs

FAULTS = pairs.FAULTS
PATIENCE = 240  # seconds for one program: on a machine that does much else, too
AGENT, WORDS = "agent.test", "une phrase de passe pour les essais"
SECOND, SECOND_WORDS = "second.test", "la phrase du second"
NEW_WORDS = "une phrase toute neuve"
# what is only ever replaced whole (tmp, rename) may share its bytes with the template
SHARED = ("keys/", "trust/", "procedures/", "enrol/", "outbox/", "pki/", "inner/", "depots/")


class Outcome:
    """How a program ended, and what it said."""

    def __init__(self, status, said, errors):
        self.status, self.said, self.errors = status, said, errors

    @property
    def answer(self):
        """What was acknowledged, or None. Half an answer is none, and so is a refusal."""
        try:
            answer = json.loads(self.said)
        except ValueError:
            return None
        return None if "error" in answer else answer

    @property
    def faults(self):
        """What no program may do under any storm: crash, hang, or refuse in many words."""
        if self.status == 0:
            return []
        if self.status != 1:
            return [f"ended with status {self.status}: {self.errors[-300:]}"]
        if len(self.errors.splitlines()) != 1:
            return [f"refused, but not in one line: {self.errors[-300:]!r}"]
        return []


def call(*command, **environment):
    try:
        done = subprocess.run([str(word) for word in command], stdin=subprocess.DEVNULL,
                              stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
                              env={**os.environ, **{k: str(v) for k, v in environment.items()}},
                              timeout=PATIENCE, check=False)
        return Outcome(done.returncode, done.stdout.strip(), done.stderr.strip())
    except subprocess.TimeoutExpired:
        return Outcome(124, "", f"{Path(str(command[0])).name} hung for {PATIENCE} s")


class Place(pairs.Pair):
    """A pair with what its programs need beside it: FOLDER/plan.ini, pass*, out/, ids."""

    def __init__(self, folder, port, home_port=None):
        super().__init__(folder, port)
        self.plan, self.out = self.folder / "plan.ini", self.folder / "out"
        self.home_port = home_port or port  # the one that stands in station.json
        self.ids = {}

    @classmethod
    def make(cls, folder, port):
        place = cls(folder, port)
        place.out.mkdir(parents=True)
        place.acks.touch()
        for name, words in (("pass", WORDS), ("pass-2", SECOND_WORDS), ("pass-new", NEW_WORDS)):
            (place.folder / name).write_text(words + "\n")
        place.set_plan(AGENT, WORDS)
        return place

    def set_plan(self, agent, words, **more):
        lines = [f"agent={agent}", f"passphrase={words}", *(f"{k}={v}" for k, v in more.items())]
        self.plan.write_text("[request]\n" + "\n".join(lines).replace("_", "-") + "\n")

    def take(self, folder, port=None):
        """A copy in FOLDER, in place of what stands there, whose centre listens on PORT."""
        shutil.rmtree(folder, ignore_errors=True)
        linkable = os.stat(self.folder).st_dev == os.stat(Path(folder).parent).st_dev
        for top, _, files in os.walk(self.folder):
            below = os.path.relpath(top, self.folder)
            target = os.path.normpath(os.path.join(folder, below))
            os.mkdir(target, 0o700)
            os.chmod(target, os.stat(top).st_mode & 0o7777)
            link = linkable and (below.partition("/")[2] + "/").startswith(SHARED)
            for name in files:
                (os.link if link else shutil.copy)(os.path.join(top, name),
                                                   os.path.join(target, name))
        copy = Place(folder, port or self.port, self.home_port)
        copy.ids = self.ids
        copy.listen_at(copy.port)
        return copy

    def listen_at(self, port):
        """Tells the station its centre's port."""
        configuration = self.station / "station.json"
        if port != self.home_port and configuration.exists():
            text = configuration.read_text()
            configuration.write_text(text.replace(f":{self.home_port}", f":{port}"))

    def same_as(self, other):
        """Is every file here byte for byte what it is there (but for the port)?"""
        def listing(place):
            return {os.path.relpath(os.path.join(top, name), place.folder)
                    for top, _, files in os.walk(place.folder) for name in files}
        names = listing(other)
        names -= {"station/station.json"}
        if listing(self) - {"station/station.json", "count"} != names:
            return False
        return all(same_file(self.folder / name, other.folder / name) for name in names)

    def acknowledge(self, lines):
        with open(self.acks, "a", encoding="utf-8") as acks:
            acks.writelines(line + "\n" for line in lines)

    def forget(self, prefixes):
        """Takes back what the program about to run may make untrue."""
        kept = [line for line in self.acks.read_text().splitlines()
                if not line.startswith(tuple(prefixes))]
        self.acks.write_text("".join(line + "\n" for line in kept))

    def rows(self, file, statement):
        connection = sqlite3.connect(f"file:{file}?mode=rw", uri=True, timeout=5)
        try:
            with connection:
                return connection.execute(statement).fetchall()
        finally:
            connection.close()


def same_file(one, other):
    first, second = os.stat(one), os.stat(other)
    if first.st_ino == second.st_ino:
        return True
    return first.st_size == second.st_size and one.read_bytes() == other.read_bytes()


class Judge:
    """verify.c as a server: one process a case, none to start."""

    def __init__(self, **environment):
        self.server = subprocess.Popen([FAULTS / "verify", "--serve"], stdin=subprocess.PIPE,
                                       stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True,
                                       env={**os.environ, **environment})

    def ask(self, place, with_centre=False):
        """The faults of a station, [] when everything acknowledged is there and whole."""
        words = [place.station, place.plan, place.acks, *([place.centre] if with_centre else [])]
        self.server.stdin.write("\t".join(map(str, words)) + "\n")
        self.server.stdin.flush()
        faults = []
        for line in self.server.stdout:
            if line.startswith("= "):
                status = int(line[2:])
                return faults or ([f"verify: status {status}"] if status else [])
            faults.append(line.strip())
        return ["verify has ended"]

    def end(self):
        self.server.stdin.close()
        self.server.wait()
