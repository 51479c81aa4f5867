# SPDX-License-Identifier: EUPL-1.2
"""year.py STATION_ROOT [SEED]: a year of plausible work in a station's store, for pictures and for
numbers that can be computed twice.

Straight into the tables, by the page db/SCHEMA.md, while no program has the store open: deposits of
each opening day, journal entries under their hash chain, times of steps, quality of prints, notes of
availability. In it: a sensor that gets dirty for five weeks and is cleaned, a sensor that is
replaced, three days of a full disk, a morning without the window, a week without a network."""
import datetime
import hashlib
import json
import pathlib
import random
import sqlite3
import struct
import sys
import time

SOURCE = pathlib.Path(__file__).resolve().parents[2]
DAYS = 365
RECORDED_DAYS = 330  # the station has noted its availability for so long
CROCKFORD = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
BOOT = "11111111-2222-3333-4444-555555555555"
OLD, NEW = "uru4000 05ba:0007", "uru4000 05ba:000a"
SUPPLEMENT = "request-supplement-asked"
SHARES = {"passport": 40, "identity-card": 34, "title-handover": 18, "vehicle-holder": 6,
          "driving-licence": 5, "residence-help": 4, "vehicle-succession": 3, "other-case": 3,
          "vehicle-import": 1}
# median seconds of a step, by its id; others 60
SECONDS = {"situation": 35, "civil-status": 130, "filiation": 90, "address": 55, "contact": 30,
           "papers": 190, "photo": 75, "prints": 160, "summary": 45, "person": 80, "holder": 85}
ENDS = (15, 30, 60, 120, 300, 600, 1200, 1800)


def us(moment):
    return int(time.mktime(moment.timetuple())) * 1_000_000 + moment.microsecond


class Year:
    def __init__(self, root, seed=1):
        self.chance = random.Random(seed)
        self.root = pathlib.Path(root)
        self.base = sqlite3.connect(self.root / "station.db", isolation_level=None)
        self.base.execute("PRAGMA journal_mode=WAL")
        self.hours = json.loads((SOURCE / "assets/policy/opening-hours.json").read_text("utf-8"))
        self.now = datetime.datetime.now().replace(microsecond=0)
        self.today = self.now.date()
        self.first = self.today - datetime.timedelta(days=DAYS - 1)
        self.journal = []  # (wall_us, event, subject)
        self.quality, self.steps = {}, {}
        self.procedures = self.load_procedures()
        self.previous, self.sequence = None, 0

    # --- what there is ---

    def load_procedures(self):
        found = {}
        for path in sorted((self.root / "procedures").glob("*.json")):
            raw = path.read_bytes()
            parsed = json.loads(raw)
            if "steps" not in parsed:
                continue
            sha256 = hashlib.sha256(raw).hexdigest()
            found[parsed["id"]] = (sha256, [step["id"] for step in parsed["steps"]])
            self.base.execute("INSERT OR IGNORE INTO procedure VALUES (?,?,?,?)",
                              (sha256, parsed["id"], parsed["revision"], raw))
        return found

    def opening(self, day):
        text = day.isoformat()
        for exception in self.hours["exceptions"]:
            if exception["from"] <= text <= exception["until"]:
                return exception["hours"]
        names = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
        return self.hours["weekly"][names[day.weekday()]]

    @staticmethod
    def at(day, clock):
        hour, minute = clock.split(":")
        return datetime.datetime.combine(day, datetime.time(int(hour), int(minute)))

    def ago(self, day):
        return (self.today - day).days

    def ulid(self, wall_us):
        number = (wall_us // 1000 << 80) | self.chance.getrandbits(80)
        return "".join(CROCKFORD[number >> shift & 31] for shift in range(125, -1, -5))

    # --- a deposit ---

    def received(self, day, sealed):
        """When the receipt came: at once, in the evening, or when the network was back."""
        if 96 <= self.ago(day) <= 103:
            back = datetime.datetime.combine(self.today - datetime.timedelta(days=95),
                                             datetime.time(9, 12))
            return max(back, sealed) + datetime.timedelta(minutes=self.chance.randint(1, 40))
        minutes = self.chance.choice((2, 3, 5, 9, 14, 30, 55, 90, 200))
        return sealed + datetime.timedelta(minutes=minutes, seconds=self.chance.randint(0, 59))

    def outcome(self, day):
        """(events after the receipt, state)"""
        if self.ago(day) < 3:
            return [], "received"
        if self.ago(day) < 12:
            return ["request-in-progress"], "in-progress"
        bad = 0.06 + (0.10 if 150 < self.ago(day) < 190 else 0)
        luck = self.chance.random()
        if luck < bad:
            return ["request-in-progress", SUPPLEMENT, "request-supplement-sealed",
                    "request-in-progress"], "in-progress"
        if luck < bad + 0.02:
            return ["request-in-progress", "request-refused"], "refused"
        return ["request-in-progress", "request-title-ready", "request-handed-over"], "handed-over"

    def note(self, when, event, subject):
        self.journal.append((us(when), event, subject))

    def deposit(self, day, sealed):
        weights = dict(SHARES)
        if 5 <= day.month <= 7:
            weights["passport"] *= 2
        procedure = self.chance.choices(list(weights), list(weights.values()))[0]
        sha256, steps = self.procedures[procedure]
        begun = sealed - datetime.timedelta(minutes=self.chance.randint(9, 24))
        request = self.ulid(us(begun))
        receipt = self.received(day, sealed)
        here = receipt <= self.now
        events, state = self.outcome(day) if here else ([], "sealed")
        self.base.execute(
            "INSERT INTO request (id, procedure_sha256, state, created_wall_us, created_boot_id,"
            " created_monotonic_us, updated_us, step, updated_boot_id, updated_monotonic_us)"
            " VALUES (?,?,?,?,?,?,?,?,?,?)",
            (request, sha256, state, us(begun), BOOT, 0, us(receipt if here else sealed),
             "summary", BOOT, 0))
        self.add_bundle(request, sealed, receipt if here else None)
        self.note(begun, "request-draft", request)
        self.note(sealed, "request-sealed", request)
        if here:
            self.note(receipt, "request-sending", request)
            self.note(receipt, "request-received", request)
        for index, event in enumerate(events):
            self.note(receipt + datetime.timedelta(days=2 * index + 1), event, request)
        self.count_steps(day, procedure, steps)
        if procedure in ("passport", "identity-card", "title-handover"):
            self.count_prints(day, 2 if procedure == "title-handover" else 4)

    def add_bundle(self, request, sealed, receipt):
        self.sequence += 1
        digest = hashlib.sha256(f"{request} {self.sequence}".encode()).hexdigest()
        self.base.execute(
            "INSERT INTO outbox (sequence, request, sha256, previous, file, size, sealed_us,"
            " statement, attempts, receipt, received_us, erased_us) VALUES (?,?,?,?,?,?,?,?,?,?,?,?)",
            (self.sequence, request, digest, self.previous, f"{self.sequence:08}-{digest}.asice",
             self.chance.randint(600_000, 3_500_000), us(sealed), "attestation",
             1 if receipt else 0, b"receipt" if receipt else None, us(receipt) if receipt else None,
             us(receipt) if receipt else None))
        if not receipt:  # what waits has its file
            (self.root / "outbox" / f"{self.sequence:08}-{digest}.asice").write_bytes(b"bundle")
        self.previous = digest

    # --- counters ---

    @staticmethod
    def monday(day):
        return (day - datetime.timedelta(days=day.weekday())).isoformat()

    def count_steps(self, day, procedure, steps):
        for step in steps:
            seconds = SECONDS.get(step, 60) * self.chance.lognormvariate(0, 0.6)
            key = (self.monday(day), procedure, step, sum(seconds >= end for end in ENDS))
            self.steps[key] = self.steps.get(key, 0) + 1

    def clarity(self, ago):
        """The middle of a day's prints: falls for five weeks, then somebody cleans the platen."""
        if 70 <= ago < 105:
            return 78 - (105 - ago) * 1.25
        return 78 if ago < 70 else 74

    def count_prints(self, day, prints):
        device = OLD if self.ago(day) > 230 else NEW
        for _ in range(prints):
            middle = self.clarity(self.ago(day)) - (9 if device == OLD else 0)
            quality = min(100, max(0, round(self.chance.gauss(middle, 11))))
            key = (self.monday(day), device, quality)
            self.quality[key] = self.quality.get(key, 0) + 1

    # --- availability ---

    def spans(self, day):
        """(from, until, reason) in which the window was open on an opening day."""
        ago = self.ago(day)
        morning = self.at(day, "08:30") + datetime.timedelta(minutes=self.chance.randint(-18, 4))
        evening = self.at(day, "17:30") + datetime.timedelta(minutes=self.chance.randint(-2, 25))
        if ago in (40, 41, 42, 43):
            broken = self.at(day, "10:15")
            return [(morning, broken, ""), (broken, evening, "disk-full")]
        if ago in (17, 18):
            return [(morning, self.at(day, "14:00"), ""),
                    (self.at(day, "14:00"), self.at(day, "15:50"), "fingerprint"),
                    (self.at(day, "15:50"), evening, "")]
        if ago == 25:
            return []
        if ago % 41 == 0:  # somebody forgot to open it in the morning
            return [(self.at(day, "11:05"), evening, "")]
        return [(morning, evening, "")]

    def add_availability(self, day):
        for begun, until, reason in self.spans(day):
            until = min(until, self.now)
            if begun < until:
                self.base.execute(
                    "INSERT INTO availability (began_us, until_us, boot_id, monotonic_us, reason)"
                    " VALUES (?,?,?,?,?)", (us(begun), us(until), BOOT, 0, reason))

    # --- all of it ---

    def add_day(self, day):
        hours = self.opening(day)
        if not hours:
            return
        first, last = self.at(day, hours[0][0]), self.at(day, hours[-1][1])
        busy = 13 + (6 if 5 <= day.month <= 7 else 0) - (7 if day.month == 8 else 0)
        number = max(0, round(self.chance.gauss(busy, 3)))
        if self.ago(day) in (25, 41, 42):
            number = 0
        room = int((last - first).total_seconds())
        for second in sorted(self.chance.sample(range(1500, room), number)):
            sealed = first + datetime.timedelta(seconds=second)
            if sealed < self.now:
                self.deposit(day, sealed)
        if self.ago(day) < RECORDED_DAYS:
            self.add_availability(day)

    def write_journal(self):
        sequence, digest = self.base.execute("SELECT sequence, hash FROM journal_head").fetchone()
        self.journal.sort()
        for wall_us, event, subject in self.journal:
            if wall_us > us(self.now):
                continue
            sequence += 1
            texts = b"".join(struct.pack(">Q", len(text)) + text for text in
                             (event.encode(), subject.encode()))
            boot = struct.pack(">Q", len(BOOT)) + BOOT.encode()
            digest = hashlib.sha256(digest + struct.pack(">QQ", sequence, wall_us) + boot +
                                    struct.pack(">Q", 0) + texts).digest()
            self.base.execute("INSERT INTO journal VALUES (?,?,?,?,?,?,?)",
                              (sequence, wall_us, BOOT, 0, event, subject, digest))
            self.base.execute("UPDATE journal_head SET sequence = ?, hash = ?", (sequence, digest))

    def fill(self):
        self.base.execute("BEGIN IMMEDIATE")
        for offset in range(DAYS):
            self.add_day(self.first + datetime.timedelta(days=offset))
        self.base.executemany("INSERT INTO step_week VALUES (?,?,?,?,?)",
                              [(*key, n) for key, n in self.steps.items()])
        self.base.executemany("INSERT INTO quality_week VALUES (?,?,?,?)",
                              [(*key, n) for key, n in self.quality.items()])
        self.write_journal()
        self.base.execute("COMMIT")
        self.base.close()


if __name__ == "__main__":
    Year(sys.argv[1], int(sys.argv[2]) if len(sys.argv) > 2 else 1).fill()
