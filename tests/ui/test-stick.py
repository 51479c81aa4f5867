#!/usr/bin/python3
# SPDX-License-Identifier: EUPL-1.2
"""An agent without a network carries the queue to the centre on a stick and reads the answer, by
keyboard alone, in the real window with a real centre.

usage: test-stick.py BUILD RESULTS"""
import hashlib
import json
import pathlib
import subprocess
import sys
import tempfile

sys.path.insert(0, str(pathlib.Path(__file__).parent))

import accessible_window as driver  # noqa: E402
import kiosk_station as kiosk  # noqa: E402


class Town:
    """A station that is enrolled at a centre that nobody can reach, with two sealed requests."""

    def __init__(self, build, folder):
        self.build, self.folder = build, folder
        self.station = kiosk.KioskStation(build, folder)
        self.centre("init", "--name", "Centre", "--ip", "127.0.0.1")
        self.centre("enrol", self.station.root / "enrol", "--name", "Mairie", "-o",
                    folder / "answer", "--url", "https://127.0.0.1:9")
        fingerprint = subprocess.run(
            ["openssl", "x509", "-in", str(folder / "answer/root.crt"), "-outform", "DER"],
            capture_output=True, check=True).stdout
        self.station.run("station", "enrol", folder / "answer", "--fingerprint",
                         hashlib.sha256(fingerprint).hexdigest())
        for n in range(2):
            self.seal(n)
        self.stick = folder / "MAIRIE"
        self.stick.mkdir()

    def seal(self, n):
        request = self.station.run("request", "new", "other-case", f"description=Cas {n}",
                                   "name=MARTIN Claire", agent=True)["request"]
        self.station.run("request", "seal", request, agent=True)

    def centre(self, *words):
        done = subprocess.run([str(self.build / "sync/central/guichet-central"), "--root",
                               str(self.folder / "centre"), "--json", *map(str, words)],
                              capture_output=True, text=True, check=False)
        if done.returncode != 0:
            raise SystemExit(f"{words}: {done.stderr}")
        return done.stdout


class Walk:
    def __init__(self, build, folder):
        self.town = Town(build, folder)
        self.window = driver.Window(
            build / "app/ui/guichet", self.town.station.root,
            kiosk.environment(GUICHET_STICKS=str(self.town.stick)), build / "screenshots")
        self.count = 0

    def ok(self, sentence):
        self.count += 1
        print(f"ok {self.count} - {sentence}", flush=True)

    def log_in(self):
        self.window.start()
        self.window.tab_to("Agent")
        self.window.type("camille")
        self.window.press("Return")
        self.window.type("une phrase")
        self.window.press("Return")
        self.window.wait_for("Nouvelle demande (F2)")
        self.window.press("F4")
        self.window.wait_for("Sans réseau : la clé navette")

    def carry(self):
        window = self.window
        window.wait_for("Emporter 2 dossiers sur la clé")
        faults = window.audit("stick")
        if faults:
            raise driver.Failure("; ".join(faults))
        window.picture("stick-1-plugged")
        window.tab_to("Emporter 2 dossiers sur la clé")
        window.press("Return")
        window.wait_for("2 dossiers sont sur la clé, relus et vérifiés…")
        window.wait_for("Voyage n° 1 (…")
        window.picture("stick-2-on-the-stick")
        self.ok("two requests are on the stick, and the trip is on the screen")

    def come_home(self):
        seen = json.loads(self.town.centre("import", self.town.stick))
        if seen["stations"][0]["received"] != 2 or seen["faults"]:
            raise driver.Failure(f"the centre says {seen}")
        self.window.tab_to("Lire la clé revenue du centre")
        self.window.press("Return")
        self.window.wait_for("Accusés reçus : 2. …")
        self.window.wait(lambda: not self.window.find("Voyage n° 1 (…"), "no trip away")
        self.window.wait_for("Demander les nouvelles du centre par la clé")
        self.window.picture("stick-3-home")
        self.ok("the receipts came home by the same stick")

    def pulled(self):
        self.town.stick.rename(self.town.folder / "pulled")
        self.window.wait_for("Branchez une clé USB…")
        self.window.picture("stick-4-pulled")
        self.ok("a pulled stick is noticed")

    def run(self):
        self.log_in()
        self.carry()
        self.come_home()
        self.pulled()
        self.window.kill()


def main():
    sys.stdout = open(sys.argv[2], "w", encoding="utf-8", buffering=1)
    with tempfile.TemporaryDirectory(prefix="guichet-stick-") as folder:
        walk = Walk(pathlib.Path(sys.argv[1]).resolve(), pathlib.Path(folder))
        try:
            walk.run()
        except (driver.Failure, SystemExit, subprocess.SubprocessError) as failure:
            for line in str(failure).splitlines():
                print(f"# {line}")
            print("not ok - the flow stopped here")
            return 1
        finally:
            if walk.window.process is not None:
                print("# " + walk.window.kill().replace("\n", "\n# "))
        print(f"1..{walk.count}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
