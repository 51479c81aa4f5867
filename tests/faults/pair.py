# SPDX-License-Identifier: EUPL-1.2
"""A station and its centre, enrolled with each other, as folders that can be copied and run."""
import os
import shutil
import socket
import subprocess
import time
from pathlib import Path

SOURCE = Path(os.environ["GUICHET_SOURCE"])
BUILD = Path(os.environ["GUICHET_BUILD"])
FAULTS = BUILD / "tests" / "faults"
CENTRAL = BUILD / "sync" / "central" / "guichet-central"
PATIENCE = 20  # seconds for a server to answer or to end


def run(*command, **options):
    return subprocess.run([str(word) for word in command], text=True, check=True,
                          stdout=subprocess.PIPE, **options).stdout.strip()


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Pair:
    """FOLDER/station, FOLDER/centre, FOLDER/acks; the centre listens on a port of its own."""

    def __init__(self, folder, port):
        self.folder, self.port, self.server = Path(folder), port, None
        self.station, self.centre = self.folder / "station", self.folder / "centre"
        self.acks = self.folder / "acks"

    @classmethod
    def prepare(cls, folder, plan):
        """Makes both and enrols one with the other, with the programs that an office would use."""
        pair = cls(folder, free_port())
        pair.folder.mkdir(parents=True)
        central = [CENTRAL, "--root", pair.centre]
        fingerprint = run(*central, "init", "--name", "Centre", "--ip", "127.0.0.1",
                          "--url", f"https://127.0.0.1:{pair.port}")
        run(FAULTS / "prepare", pair.station, "init", SOURCE / "assets" / "procedures", plan)
        answer = pair.folder / "answer"
        run(*central, "enrol", pair.station / "enrol", "--name", "Guichet 1", "-o", answer)
        run(FAULTS / "prepare", pair.station, "enrol", answer, fingerprint)
        pair.acks.touch()
        return pair

    def copy(self, folder):
        """A fresh copy in FOLDER, in place of what stands there."""
        shutil.rmtree(folder, ignore_errors=True)
        shutil.copytree(self.folder, folder)
        return Pair(folder, self.port)

    def serve(self, *prefix):
        """Starts the centre, under PREFIX if there is one, and waits until it listens."""
        command = [*prefix, CENTRAL, "--root", self.centre, "serve",
                   "--listen", f"127.0.0.1:{self.port}"]
        self.server = subprocess.Popen([str(word) for word in command],
                                       stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        deadline = time.monotonic() + PATIENCE
        while time.monotonic() < deadline and self.server.poll() is None:
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", self.port)) == 0:
                    return True
            time.sleep(0.005)
        return False

    def stop(self):
        """Ends the centre; its exit status."""
        if self.server is None:
            return 0
        self.server.terminate()
        try:
            return self.server.wait(PATIENCE)
        except subprocess.TimeoutExpired:
            self.server.kill()
            return self.server.wait()
        finally:
            self.server = None
