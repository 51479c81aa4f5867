#!/usr/bin/python3
# SPDX-License-Identifier: EUPL-1.2
"""The citizen reads back on the second screen what the agent typed, and the journal knows it.

usage: test-second-screen.py BUILD RESULTS. On a display that is wide enough for both windows."""
import pathlib
import sqlite3
import subprocess
import sys
import tempfile

sys.path.insert(0, str(pathlib.Path(__file__).parent))

import accessible_window as driver  # noqa: E402
import kiosk_station as kiosk  # noqa: E402

GREETING = "Ici, vous relisez ce que l’agent écrit pour vous."


class Desk:
    def __init__(self, build, folder):
        self.station = kiosk.KioskStation(build, folder)
        self.station.run("request", "new", "other-case", "description=Dossier du voisin",
                         agent=True)
        self.begun = self.station.run("request", "new", "other-case",
                                      "description=Un permis étranger", agent=True)["request"]
        self.window = driver.Window(build / "app/ui/guichet", self.station.root,
                                    kiosk.environment(), build / "screenshots")
        self.window.command += ["--second-screen"]
        self.count = 0

    def ok(self, sentence):
        self.count += 1
        print(f"ok {self.count} - {sentence}", flush=True)

    def second(self, name):
        """The first node of the citizen's screen that is called @name."""
        application = self.window.find_application()
        for i in range(application.get_child_count()):
            frame = application.get_child_at_index(i)
            if frame is not None and driver.called(frame) == "Écran de l’usager":
                return next((n for n in driver.walk(frame) if driver.called(n) == name), None)
        return None

    def events(self):
        with sqlite3.connect(f"file:{self.station.root}/station.db?mode=ro", uri=True) as database:
            return [tuple(row) for row in database.execute(
                "SELECT event, subject FROM journal WHERE event LIKE 'reading-%' ORDER BY sequence")]

    def place(self):
        found = subprocess.run(["xdotool", "search", "--onlyvisible", "--name", "usager"],
                               capture_output=True, text=True, check=False).stdout.split()
        subprocess.run(["xdotool", "windowmove", found[-1], "1280", "0"], check=True)
        self.window.focus_window()

    def open_draft(self):
        window = self.window
        window.start()
        self.place()
        window.wait(lambda: self.second(GREETING), "the greeting")
        window.tab_to("Agent")
        window.type("camille")
        window.press("Return")
        window.type("une phrase")
        window.press("Return")
        window.wait_for("Brouillons à reprendre")
        window.picture("second-screen-1-greeting")
        window.tab_to("Demande sans nom…")
        window.press("Return")
        window.wait(lambda: self.second("Un permis étranger"), "the answer on the second screen")
        if self.second("Dossier du voisin"):
            raise driver.Failure("another person's request is on the citizen's screen")
        window.picture("second-screen-2-read")
        self.ok("the citizen sees what is typed, and nobody else's")

    def confirm(self):
        window = self.window
        button = next(n for n in driver.walk(window.find_application())
                      if driver.called(n).endswith(": C’est juste"))
        button.get_action_iface().do_action(0)
        window.wait(lambda: self.second("✓ Vous avez dit : c’est juste."), "the confirmation")
        window.picture("second-screen-3-right")
        event, subject = self.events()[-1]
        if event != "reading-right" or not subject.startswith(f"camille {self.begun} "):
            raise driver.Failure(f"the journal says {event} {subject}")
        self.ok("« C’est juste » is in the journal")
        window.press("ctrl+Return", "ctrl+Return")
        window.wait(lambda: next((n for n in window.nodes() if (n.get_name() or "").startswith(
            "✓ Relu par l’usager, qui a dit")), None), "the confirmation in the desk's summary")
        window.picture("second-screen-4-summary")
        self.ok("the desk's summary says that the citizen confirmed, and when")

    def lock(self):
        self.window.tab_to("Verrouiller")
        self.window.press("Return")
        self.window.wait(lambda: self.second(GREETING) and not self.second("Un permis étranger"),
                         "the greeting after the lock")
        self.ok("a locked session leaves nothing on it")
        self.window.kill()

    def run(self):
        self.open_draft()
        self.confirm()
        self.lock()


def main():
    sys.stdout = open(sys.argv[2], "w", encoding="utf-8", buffering=1)
    with tempfile.TemporaryDirectory(prefix="guichet-second-") as folder:
        desk = Desk(pathlib.Path(sys.argv[1]).resolve(), pathlib.Path(folder))
        try:
            desk.run()
        except (driver.Failure, SystemExit, subprocess.SubprocessError) as failure:
            for line in str(failure).splitlines():
                print(f"# {line}")
            print("not ok - the flow stopped here")
            return 1
        finally:
            if desk.window.process is not None:
                print("# " + desk.window.kill().replace("\n", "\n# "))
        print(f"1..{desk.count}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
