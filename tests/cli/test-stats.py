#!/usr/bin/python3
# SPDX-License-Identifier: EUPL-1.2
"""The figures of guichetctl stats against the same computed from the tables, by other means."""
import csv
import datetime
import io
import json
import math
import os
import pathlib
import sqlite3
import subprocess
import sys
import tempfile
import unittest

SOURCE = pathlib.Path(os.environ["GUICHET_SOURCE"])
BUILD = pathlib.Path(os.environ["GUICHET_BUILD"])
sys.path.insert(0, str(SOURCE / "tests/service"))
sys.dont_write_bytecode = True
import year  # noqa: E402

TODAY = datetime.date.today()
PERIODS = {"week": 7, "month": 30, "quarter": 90, "year": 365}
LOCAL = "strftime('%Y-%m-%d', {} / 1000000, 'unixepoch', 'localtime')"
FLAGGED = ("EXISTS (SELECT 1 FROM journal j WHERE j.subject = r.id AND j.event IN "
           "('request-supplement-asked', 'request-refused'))")


def days_of(length):
    first = TODAY - datetime.timedelta(days=length - 1)
    return [first + datetime.timedelta(days=i) for i in range(length)]


def monday(day):
    return (day - datetime.timedelta(days=day.weekday())).isoformat()


class Stats(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.temporary = tempfile.TemporaryDirectory(prefix="guichet-stats-")
        cls.folder = pathlib.Path(cls.temporary.name)
        cls.root = cls.folder / "station"
        (cls.root / "policy").mkdir(parents=True)
        policy = json.loads((SOURCE / "assets/policy/storage.json").read_text("utf-8"))
        policy.update(reserve_bytes=4096, margin_bytes=0)
        (cls.root / "policy/storage.json").write_text(json.dumps(policy), "utf-8")
        cls.good("station", "init", "mairie-1", "--name", "Mairie de Démo", "--procedures",
                SOURCE / "assets/procedures")
        cls.empty = cls.ask(30)
        year.Year(cls.root).fill()
        cls.base = sqlite3.connect(f"file:{cls.root}/station.db?mode=ro", uri=True)
        cls.answers = {name: cls.ask(length) for name, length in PERIODS.items()}

    @classmethod
    def tearDownClass(cls):
        cls.base.close()
        cls.temporary.cleanup()

    @classmethod
    def call(cls, *words):
        return subprocess.run([str(word) for word in
                               (BUILD / "app/cli/guichetctl", "--root", cls.root, *words)],
                              capture_output=True, text=True, check=False, timeout=60)

    @classmethod
    def good(cls, *words):
        done = cls.call(*words)
        assert done.returncode == 0, done.stderr
        return done.stdout

    @classmethod
    def ask(cls, length):
        first = TODAY - datetime.timedelta(days=length - 1)
        return json.loads(cls.good("--json", "stats", "--from", first, "--to", TODAY))

    def rows(self, sql, *values):
        return self.base.execute(sql, values).fetchall()

    def each(self):
        for name, length in PERIODS.items():
            with self.subTest(period=name):
                yield self.answers[name], days_of(length)

    # --- deposits ---

    def test_deposits_by_day_and_procedure(self):
        for answer, days in self.each():
            counted = {}
            day = LOCAL.format("o.sealed_us")
            for procedure, of_day, n in self.rows(
                    f"SELECT p.id, {day} AS d, count(*) FROM outbox o JOIN request r ON r.id ="
                    f" o.request JOIN procedure p ON p.sha256 = r.procedure_sha256"
                    f" WHERE d BETWEEN ? AND ? GROUP BY p.id, d", str(days[0]), str(days[-1])):
                counted[procedure, of_day] = n
            shown = {(series["procedure"], str(of_day)): n for series in answer["deposits"]
                     for of_day, n in zip(days, series["days"], strict=True) if n}
            self.assertEqual(shown, counted)
            self.assertEqual(answer["total"], sum(counted.values()))

    def test_share_complete_at_first_try(self):
        for answer, days in self.each():
            counted = {}
            day = LOCAL.format("o.sealed_us")
            for of_day, state, flagged in self.rows(
                    f"SELECT {day} AS d, r.state, {FLAGGED} FROM outbox o JOIN request r ON"
                    f" r.id = o.request WHERE d BETWEEN ? AND ? AND r.parent IS NULL",
                    str(days[0]), str(days[-1])):
                week = counted.setdefault(monday(datetime.date.fromisoformat(of_day)), [0, 0, 0])
                week[0] += 1
                week[1] += bool(flagged) or state not in ("sealed", "sending", "received")
                week[2] += flagged
            shown = {week["week"]: [week["deposits"], week["answered"], week["sent_back"]]
                     for week in answer["first_try"] if week["deposits"]}
            self.assertEqual(shown, counted)
            answered = sum(week[1] for week in counted.values())
            back = sum(week[2] for week in counted.values())
            if answered:
                self.assertAlmostEqual(answer["first_try_share"], (answered - back) / answered)

    # --- queue ---

    def test_queue_and_longest_wait_of_each_day(self):
        now = datetime.datetime.now().timestamp() * 1e6
        bundles = [(sealed, received if received else math.inf) for sealed, received in
                   self.rows("SELECT sealed_us, received_us FROM outbox")]
        for answer, days in self.each():
            for shown, of_day in zip(answer["queue"], days, strict=True):
                begin = datetime.datetime.combine(of_day, datetime.time()).timestamp() * 1e6
                end = datetime.datetime.combine(of_day + datetime.timedelta(days=1),
                                                datetime.time()).timestamp() * 1e6
                end = min(end, now)
                here = [(s, r) for s, r in bundles if s < end and r >= begin]
                waiting = sum(r >= end for _, r in here)
                oldest = max((min(r, end) - s for s, r in here), default=0)
                self.assertEqual(shown["waiting"], waiting, of_day)
                if of_day == TODAY:
                    self.assertLess(abs(shown["oldest_us"] - oldest), 120e6)
                else:
                    self.assertEqual(shown["oldest_us"], oldest, of_day)

    # --- counters ---

    def test_times_of_steps(self):
        for answer, days in self.each():
            counted = {}
            for step, bucket, n in self.rows(
                    "SELECT step, bucket, sum(n) FROM step_week WHERE week BETWEEN ? AND ?"
                    " GROUP BY step, bucket", monday(days[0]), monday(days[-1])):
                counted.setdefault(step, [0] * 9)[bucket] = n
            self.assertEqual({step["step"]: step["buckets"] for step in answer["steps"]}, counted)
            for step in answer["steps"]:
                ends = (0, 15, 30, 60, 120, 300, 600, 1200, 1800, 1800)
                below, half = 0, step["n"] / 2
                for index, n in enumerate(step["buckets"]):
                    if below + n >= half:
                        share = (half - below) / n
                        median = ends[index] + share * (ends[index + 1] - ends[index])
                        break
                    below += n
                self.assertAlmostEqual(step["median_seconds"], median, places=6)

    def test_quality_by_device_and_week(self):
        for answer, days in self.each():
            values = {}
            for week, device, quality, n in self.rows(
                    "SELECT week, device, quality, n FROM quality_week WHERE week BETWEEN ? AND ?"
                    " ORDER BY quality", monday(days[0]), monday(days[-1])):
                values.setdefault((device, week), []).extend([quality] * n)
            counted = {key: (len(all_), all_[math.ceil(len(all_) / 2) - 1],
                             all_[math.ceil(len(all_) / 10) - 1]) for key, all_ in values.items()}
            shown = {(device["device"], week["week"]): (week["n"], week["median"], week["p10"])
                     for device in answer["quality"] for week in device["weeks"]}
            self.assertEqual(shown, counted)

    def test_a_dirty_platen_shows(self):
        device = next(one for one in self.answers["year"]["quality"] if one["device"] == year.NEW)
        below = [week["week"] for week in device["weeks"]
                 if week["median"] < self.answers["year"]["quality_limit"]]
        self.assertTrue(below)
        for week in below:
            ago = (TODAY - datetime.date.fromisoformat(week)).days
            self.assertTrue(63 <= ago <= 112, week)

    # --- availability ---

    def test_availability_minute_by_minute(self):
        hours = json.loads((SOURCE / "assets/policy/opening-hours.json").read_text("utf-8"))
        names = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
        notes = self.rows("SELECT began_us, until_us, reason FROM availability ORDER BY number")
        since, now = notes[0][0], datetime.datetime.now().timestamp() * 1e6
        for answer, days in self.each():
            reasons = {}
            for shown, of_day in zip(answer["availability_days"], days, strict=True):
                spans = next((one["hours"] for one in hours["exceptions"]
                              if one["from"] <= str(of_day) <= one["until"]),
                             hours["weekly"][names[of_day.weekday()]])
                counts = [0] * 5
                for begin, end in spans:
                    start = datetime.datetime.combine(of_day, datetime.time.fromisoformat(begin))
                    stop = datetime.datetime.combine(of_day, datetime.time.fromisoformat(end))
                    at, stop = start.timestamp() * 1e6, stop.timestamp() * 1e6
                    of_span = [note for note in notes if note[0] < stop and note[1] >= at]
                    while at < stop:
                        hit = [note for note in of_span
                               if note[0] < at + 60e6 and note[1] >= at]
                        if hit and hit[-1][2]:
                            counts[1] += 1
                            reasons[hit[-1][2]] = reasons.get(hit[-1][2], 0) + 1
                        elif hit:
                            counts[0] += 1
                        elif at + 60e6 > now:
                            counts[4] += 1
                        else:
                            counts[3 if at < since else 2] += 1
                        at += 60e6
                if of_day != TODAY:
                    self.assertEqual(shown["minutes"], counts, of_day)
            self.assertEqual({one["reason"]: one["minutes"] for one in answer["reasons"]}, reasons)
            could, could_not, off = answer["minutes"][:3]
            if could + could_not + off:
                self.assertAlmostEqual(answer["available_share"],
                                       could / (could + could_not + off))

    # --- the file that leaves the station ---

    def table(self, length):
        path = self.folder / f"{length}.csv"
        first = TODAY - datetime.timedelta(days=length - 1)
        self.good("stats", "--from", first, "--to", TODAY, "--csv", "-o", path)
        raw = path.read_bytes()
        self.assertEqual(raw.count(b"\n"), raw.count(b"\r\n"))
        return list(csv.DictReader(io.StringIO(raw.decode("utf-8"), newline="")))

    def test_no_small_count_leaves_the_station(self):
        smallest = json.loads((SOURCE / "assets/policy/opening-hours.json").read_text(
            "utf-8"))["figures"]["smallest_cell"]
        rows = self.table(365)
        weeks, days = {}, {}
        for row in rows:
            if row["section"] == "deposits-week":
                weeks.setdefault(row["from"], []).append(int(row["value"]))
            if row["section"] == "deposits-day":
                week = monday(datetime.date.fromisoformat(row["from"]))
                days[week] = days.get(week, 0) + int(row["value"])
        self.assertEqual({week: sum(cells) for week, cells in weeks.items()},
                         {week: n for week, n in days.items() if n})
        self.assertTrue(any(row["subject"] == "joined" for row in rows))
        for week, cells in weeks.items():
            self.assertTrue(min(cells) >= smallest or len(cells) == 1, (week, cells))
        # the control: by procedure and week there are smaller ones
        small = [n for series in self.answers["year"]["deposits"]
                 for n in series["days"] if 0 < n < smallest]
        self.assertTrue(small)

    def test_the_table_says_what_the_answer_says(self):
        rows = self.table(90)
        answer = self.answers["quarter"]
        shown = {(row["section"], row["from"], row["subject"], row["measure"]): int(row["value"])
                 for row in rows}
        self.assertEqual(len(shown), len(rows))
        for queue in answer["queue"]:
            self.assertEqual(shown["queue", queue["day"], "", "waiting"], queue["waiting"])
        for device in answer["quality"]:
            for week in device["weeks"]:
                self.assertEqual(shown["quality", week["week"], device["device"], "median"],
                                 week["median"])
        for day in answer["availability_days"]:
            if sum(day["minutes"]):
                self.assertEqual(shown["availability", day["day"], "", "could-minutes"],
                                 day["minutes"][0])

    # --- around it ---

    def test_an_empty_store_answers(self):
        self.assertEqual(self.empty["total"], 0)
        self.assertIsNone(self.empty["first_try_share"])
        self.assertIsNone(self.empty["available_share"])
        self.assertEqual(self.empty["minutes"][:3], [0, 0, 0])

    def test_periods_that_are_none_are_refused(self):
        for first, last in (("2026-13-01", "2026-01-01"), ("hier", "2026-01-01"),
                            ("2026-02-30", "2026-03-01"), ("2026-02-02", "2026-02-01"),
                            ("2020-01-01", "2026-01-01"), ("", ""), ("0000-01-01", "2026-01-01")):
            done = self.call("stats", "--from", first, "--to", last)
            self.assertEqual(done.returncode, 1, (first, last))
            self.assertEqual(done.stderr.count("\n"), 1)
        self.assertEqual(self.call("stats", "-o", self.folder / "x").returncode, 1)
        self.assertEqual(self.call("day", "--from", "2026-01-01").returncode, 2)

    def test_who_may_see_it(self):
        for role, status in (("agent", 0), ("technician", 0), ("mediator", None), ("citizen", 1)):
            done = self.call("--role", role, "stats")
            if status is not None:
                self.assertEqual(done.returncode, status, role)

    def test_a_broken_policy_says_where(self):
        path = self.root / "policy/opening-hours.json"
        kept = path.read_text("utf-8")
        try:
            path.write_text(kept.replace('"08:30"', '"8h30"'), "utf-8")
            done = self.call("stats")
            self.assertEqual(done.returncode, 1)
            self.assertIn("weekly/monday", done.stderr)
        finally:
            path.write_text(kept, "utf-8")


if __name__ == "__main__":
    unittest.main(verbosity=2)
