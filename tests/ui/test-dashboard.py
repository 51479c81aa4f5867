#!/usr/bin/python3
# SPDX-License-Identifier: EUPL-1.2
"""The dashboard by keyboard and screen reader over a year of work: what its tables say is what the
tables of the store say; an empty store gets sentences; pictures in all looks.

usage: test-dashboard.py BUILD RESULTS [pictures]. On a display of its own, tall enough for the whole page."""
import csv
import datetime
import os
import pathlib
import sqlite3
import subprocess
import sys
import tempfile
import time

sys.path.insert(0, str(pathlib.Path(__file__).parent))
sys.path.insert(0, str(pathlib.Path(__file__).parents[1] / "service"))
sys.dont_write_bytecode = True

import accessible_window as driver  # noqa: E402
import kiosk_station as kiosk  # noqa: E402
import year  # noqa: E402

MONTHS = ("janvier", "février", "mars", "avril", "mai", "juin", "juillet", "août", "septembre",
          "octobre", "novembre", "décembre")
DAYS = ("lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi", "dimanche")
EMPTY = ("Aucune demande n’a été déposée dans cette période…", "Le centre n’a encore rien dit…",
         "Aucune empreinte n’a été prise dans cette période…", "Pas encore de temps mesuré…",
         "Rien n’a attendu d’être envoyé dans cette période…")
PANELS = ("Demandes déposées par jour", "Complètes du premier coup",
          "Qualité des empreintes, par appareil", "Temps par étape", "Attente d’envoi, par jour",
          "Disponibilité aux heures d’ouverture")


class Dashboard:
    def __init__(self, build, folder, pictures):
        self.station = kiosk.KioskStation(build, folder)
        self.sticks = folder / "sticks" / "CLE"
        self.sticks.mkdir(parents=True)
        self.build, self.pictures, self.count = build, pictures, 0
        self.window = None

    def ok(self, sentence):
        self.count += 1
        print(f"ok {self.count} - {sentence}", flush=True)

    def open(self, height=800, **environment):
        self.window = driver.Window(
            self.build / "app/ui/guichet", self.station.root,
            kiosk.environment(GUICHET_STICKS=str(self.sticks), **environment), self.pictures)
        self.window.start()
        found = subprocess.run(["xdotool", "search", "--onlyvisible", "--name", "^Guichet$"],
                               capture_output=True, text=True, check=True).stdout.split()
        subprocess.run(["xdotool", "windowsize", "--sync", found[-1], "1280", str(height)],
                       check=True)
        subprocess.run(["xdotool", "mousemove", "1270", "60"], check=True)
        self.window.tab_to("Agent")
        self.window.type("camille")
        self.window.press("Return")
        self.window.type("une phrase")
        self.window.press("Return")
        self.window.wait_for("Verrouiller")
        time.sleep(1)
        self.window.press("F10")

    # --- an empty store ---

    def look_at_nothing(self):
        self.open(1500)
        for sentence in EMPTY:
            self.window.wait_for(sentence)
        if self.window.find("Voir les valeurs…"):
            raise driver.Failure("an empty plot offers its values")
        faults = self.window.audit("tableau de bord vide")
        if faults:
            raise driver.Failure("\n".join(faults))
        self.window.picture("dashboard-empty")
        self.window.press("Escape")
        self.window.wait_for("Nouvelle demande (F2)")
        self.ok("an empty store says what will be here, and Escape leads back")
        self.window.kill()

    # --- a full one ---

    def ask(self, sql, *values):
        with sqlite3.connect(f"file:{self.station.root}/station.db?mode=ro", uri=True) as base:
            return base.execute(sql, values).fetchall()

    def cells(self, title):
        """The rows of the table called @title, by its texts in reading order."""
        table = self.window.wait_for(title, "tree table")
        rows = [node for node in driver.walk(table) if node.get_role_name() == "table row"]
        return [[cell.get_name() for cell in driver.walk(row)
                 if cell.get_role_name() in ("label", "text")] for row in rows]

    def read_by_keyboard(self):
        window = self.window
        met = []
        for _ in range(2 * len(PANELS) + 8):
            met.append(window.focused())
            window.press("Tab")
        for title in PANELS:
            if ("image", title) not in met:
                raise driver.Failure(f"Tab never reached « {title} »; met {met}")
        window.press("Escape")
        window.wait_for("Nouvelle demande (F2)")
        window.press("F10")
        window.wait_for(PANELS[0], "image")
        window.tab_to(PANELS[0])
        window.press("Home", "Right", "Right", "Left")
        day = datetime.date.today() - datetime.timedelta(days=28)
        name = f"{DAYS[day.weekday()]} {day.day} {MONTHS[day.month - 1]} :…"
        window.wait_for(name)
        node = window.find(PANELS[0], "image")
        if not (node.get_description() or "").startswith(name[:-1]):
            raise driver.Failure(f"the plot is described by {node.get_description()!r}")
        self.ok("each plot is reached by Tab and read value by value by the arrows")

    def compare_table(self):
        self.window.tab_to(f"Voir les valeurs : {PANELS[0]}", "shift+Tab")
        self.window.press("space")
        shown = self.cells(PANELS[0])
        sums = {row[0]: sum(int(cell) for cell in row[1:] if cell.isdigit()) for row in shown
                if row and row[0].split(" ")[0] in DAYS}
        if not sums:
            raise driver.Failure(f"no rows in the table: {shown[:5]}")
        first = datetime.date.today() - datetime.timedelta(days=29)
        counted = dict(self.ask(
            "SELECT strftime('%Y-%m-%d', sealed_us / 1000000, 'unixepoch', 'localtime') AS d,"
            " count(*) FROM outbox WHERE d >= ? GROUP BY d", str(first)))
        for offset in range(30):
            day = first + datetime.timedelta(days=offset)
            name = f"{DAYS[day.weekday()]} {day.day} {MONTHS[day.month - 1]}"
            if name in sums and sums[name] != counted.get(str(day), 0):
                raise driver.Failure(f"{name}: {sums[name]} shown, {counted.get(str(day), 0)} kept")
        if not 5 <= len(sums) <= 30:
            raise driver.Failure(f"{len(sums)} rows")
        self.ok(f"{len(sums)} rows of the table are what the store holds")
        self.window.picture("dashboard-table")
        self.window.press("space")

    def save(self):
        button = self.window.find("Tableau CSV")
        button.get_action_iface().do_action(0)
        self.window.wait_for("Tableau enregistré sur la clé…")
        files = list(self.sticks.glob("guichet-*.csv"))
        rows = list(csv.DictReader(files[0].open(encoding="utf-8", newline="")))
        if len(files) != 1 or not any(row["section"] == "quality" for row in rows):
            raise driver.Failure(f"{files}: {len(rows)} rows")
        if not self.ask("SELECT 1 FROM journal WHERE event = 'statistics-exported'"):
            raise driver.Failure("the journal does not know of the file")
        self.ok("the figures are on the stick, and the journal knows")

    def notes_itself(self):
        until, reason = self.ask("SELECT until_us, reason FROM availability"
                                 " ORDER BY number DESC LIMIT 1")[0]
        if time.time() - until / 1e6 > 120 or reason:
            raise driver.Failure(f"the window did not note itself: {until} {reason}")
        self.ok("the window notes that it could capture")

    def work(self):
        self.open()
        for title in PANELS:
            self.window.wait_for(title, "image")
        faults = self.window.audit("tableau de bord")
        if faults:
            raise driver.Failure("\n".join(faults))
        self.ok("everything that takes the focus has a name and a role")
        self.read_by_keyboard()
        self.compare_table()
        self.save()
        self.notes_itself()
        self.window.kill()

    # --- pictures ---

    def show(self, name, height, keys, **environment):
        self.open(height, **environment)
        self.window.wait(lambda: len([node for node in self.window.nodes()
                                      if node.get_role_name() == "image"
                                      and driver.has_extents(node)]) >= 6, "six plots")
        for key in keys:
            self.window.press(key)
            time.sleep(0.5)
        time.sleep(1)
        self.window.picture(name)
        said = self.window.kill()
        if "CRITICAL" in said or "WARNING" in said.replace("dbind-WARNING", ""):
            raise driver.Failure(said)

    def show_all(self):
        self.show("dashboard-month", 2700, [])
        self.show("dashboard-year", 2700, ["Right", "Right", "space"])
        self.ok("pictures are kept")

    def run(self):
        if "pictures" not in sys.argv:
            self.look_at_nothing()
        year.Year(self.station.root).fill()
        if "pictures" in sys.argv:
            self.show_all()
        else:
            self.work()


def main():
    sys.stdout = open(sys.argv[2], "w", encoding="utf-8", buffering=1)
    build = pathlib.Path(sys.argv[1]).resolve()
    os.environ["LC_ALL"] = "C.UTF-8"
    with tempfile.TemporaryDirectory(prefix="guichet-dashboard-") as folder:
        dashboard = Dashboard(build, pathlib.Path(folder), build / "screenshots")
        try:
            dashboard.run()
        except (driver.Failure, SystemExit, subprocess.SubprocessError) as failure:
            for line in str(failure).splitlines():
                print(f"# {line}")
            print(f"not ok {dashboard.count + 1} - the dashboard")
            dashboard.count += 1
            if dashboard.window and dashboard.window.process:
                dashboard.window.kill()
        print(f"1..{dashboard.count}")


if __name__ == "__main__":
    main()
