#!/usr/bin/python3
# SPDX-License-Identifier: EUPL-1.2
"""A station’s day with a real centre: it asks, sends titles, books; the station answers."""
import datetime
import importlib.util
import json
import pathlib
import subprocess
import sys
import time
import unittest

HERE = pathlib.Path(__file__).resolve().parent
spec = importlib.util.spec_from_file_location("test_cli", HERE / "test-cli.py")
cli = importlib.util.module_from_spec(spec)
spec.loader.exec_module(cli)

TABLE = json.loads((cli.SOURCE / "tests/core/situations.json").read_text())
SYNCD = cli.BUILD / "sync/station/guichet-syncd"
TITLE = "X4RTBPFW4"


class Day(cli.Station):
    @classmethod
    def enrol(cls, url, fingerprint=None):
        """At a centre that is there, instead of @url."""
        fingerprint = cls.make_centre()
        port = cls.folder / "port"
        cls.server = subprocess.Popen(
            [cli.CENTRAL, "--root", cls.centre, "serve", "--listen", "127.0.0.1:0", "--port-file",
             port], stdout=subprocess.DEVNULL)
        while not port.exists() or not port.read_text().strip():
            assert cls.server.poll() is None, "the centre did not start"
            time.sleep(0.02)
        super().enrol(f"https://127.0.0.1:{port.read_text().strip()}", fingerprint)

    @classmethod
    def tearDownClass(cls):
        cls.server.terminate()
        cls.server.wait(20)
        super().tearDownClass()

    # --- helpers ---

    def say(self, *words):
        self.run_ok(cli.CENTRAL, "--root", self.centre, *words)
        self.good("sync", "once", "--force")

    def sync(self):
        self.run_ok(SYNCD, "--root", self.root, "--once")

    def bring(self, request, pieces):
        for text in pieces:
            piece, _, reason = text.partition("!")
            kind, _, pages = piece.partition("*")
            for _ in range(0 if reason else int(pages or 1)):
                self.good("request", "attach", request, kind, self.folder / "page.png",
                          session=True)
            if reason:
                self.good("request", "impossible", request, kind, reason, session=True)

    def fill(self, request, name):
        one = next(one for one in TABLE["situations"] if one["name"] == name)
        fields = dict(TABLE["people"].get(one.get("person"), {}), **one.get("fields", {}))
        self.good("request", "set", request, *(f"{k}={v}" for k, v in fields.items()), session=True)
        self.bring(request, one.get("pieces", []))

    def deposited(self):
        """A request that the centre has."""
        request = self.draft()
        sealed = self.good("request", "seal", request, session=True)
        self.sync()
        return request, sealed["bundle"]

    def state(self, request):
        return self.good("request", "show", request)["state"]

    def row(self, day, member, request):
        return next(row for row in day[member] if row["request"] == request)

    # --- the centre asks for a piece ---

    def test_only_what_was_asked_is_captured_and_joined(self):
        parent, bundle = self.deposited()
        self.refused("state", "request", "supplement", parent, session=True)
        self.say("ask", bundle, "piece", "La page est floue.", "--before", "2031-02-03")
        row = self.row(self.good("day"), "supplements", parent)
        self.assertEqual(row["pieces"], ["piece"])
        self.assertTrue(row["deadline"].startswith("2031-02-03"))
        self.assertEqual(row["status_text"], "La page est floue.")
        plain = self.call(cli.CTL, "--root", self.root, "day").stdout
        self.assertIn("à refaire avant le", plain)
        self.assertIn("La page est floue.", plain)

        draft = self.good("request", "supplement", parent, session=True)
        self.assertEqual(self.good("request", "supplement", parent, session=True), draft)
        self.assertEqual(self.row(self.good("day"), "drafts", draft["request"])["joins"], parent)
        self.refused("not-found", "request", "set", draft["request"], "description=x", session=True)
        self.refused("incomplete", "request", "seal", draft["request"], session=True)
        self.bring(draft["request"], ["piece"])
        sealed = self.good("request", "seal", draft["request"], session=True)
        self.assertEqual(self.state(parent), "supplement-sealed")
        self.assertNotIn(parent, [one["request"] for one in self.good("day")["supplements"]])
        self.sync()
        self.assertEqual(self.state(draft["request"]), "received")
        out = self.folder / "opened"
        self.run_ok(cli.CENTRAL, "--root", self.centre, "open", sealed["bundle"], "-o", out)
        self.assertEqual([path.name for path in out.rglob("*.png")], ["piece-1.png"])
        held = next(self.centre.rglob(f"*{sealed['bundle']}*"))
        self.assertEqual(self.good("bundle", "show", held)["joins"], bundle)

    # --- a title ---

    def test_a_title_is_handed_over_only_if_it_is_the_one(self):
        parent, bundle = self.deposited()
        self.refused("state", "request", "handover", parent, session=True)
        self.say("ready", bundle, TITLE, "Le passeport est arrivé.", "--before", "2031-02-03")
        row = self.row(self.good("day"), "titles", parent)
        self.assertTrue(row["collect_before"].startswith("2031-02-03"))

        wrong = self.refused("mismatch", "request", "handover", parent, "--title", "X4RTBPFW5",
                             session=True)
        self.assertIn("ne le remettez pas", wrong)
        self.assertEqual([one for one in self.good("day")["drafts"] if one["joins"] == parent], [])
        deposit = self.good("request", "show", parent)["sequence"]
        draft = self.good("request", "handover", f"n° {deposit:06}", "--title", "x4rt-bpfw 4",
                          session=True)
        self.assertTrue(draft["compared"])
        shown = self.good("request", "show", draft["request"], session=True)
        self.assertEqual(shown["fields"]["title-number"], TITLE)
        self.assertEqual(shown["fields"]["request-number"], f"{deposit:06}")

        self.fill(draft["request"], "hand-over of a card")
        self.good("request", "set", draft["request"], "title-number=X4RTBPFW5", session=True)
        self.refused("mismatch", "request", "seal", draft["request"], session=True)
        self.assertEqual(self.state(parent), "title-ready")
        self.good("request", "set", draft["request"], f"title-number={TITLE}", session=True)
        self.good("request", "seal", draft["request"], session=True)
        self.assertEqual(self.state(parent), "handed-over")
        self.assertNotIn(parent, [one["request"] for one in self.good("day")["titles"]])
        self.sync()
        self.assertEqual(self.state(draft["request"]), "received")

    def test_a_title_that_is_refused_stays_ready(self):
        parent, bundle = self.deposited()
        self.say("ready", bundle, TITLE)
        draft = self.good("request", "handover", parent, session=True)["request"]
        self.fill(draft, "hand-over refused, the name is wrong")
        self.bring(draft, ["defect"])
        self.good("request", "seal", draft, session=True)
        self.assertEqual(self.state(parent), "title-ready")

    def test_the_slip_finds_its_request(self):
        parent, bundle = self.deposited()
        self.say("ready", bundle, TITLE)
        slip = self.folder / "slip.pdf"
        self.good("request", "slip", parent, "-o", slip)
        try:
            subprocess.run(["pdftoppm", "-r", "200", "-png", "-singlefile", slip,
                            self.folder / "slip"], check=True)
            code = subprocess.run(["zbarimg", "--raw", "-q", "--oneshot",
                                   self.folder / "slip.png"], check=True, capture_output=True,
                                  text=True).stdout
        except FileNotFoundError as missing:
            self.skipTest(f"{missing.filename} is not installed")
        draft = self.good("request", "handover", code, "--title", TITLE, session=True)
        self.assertEqual(draft["joins"], parent)
        for nobody in ("n° 999999", "hier"):
            self.refused("not-found", "request", "handover", nobody, session=True)

    # --- appointments ---

    def test_an_appointment_is_booked_marked_and_cancelled(self):
        noon = datetime.datetime.now().astimezone().replace(hour=12, minute=0, second=0,
                                                            microsecond=0)
        for reference, day in (("RDV-1", 0), ("RDV-2", 0), ("RDV-3", 1)):
            at = (noon + datetime.timedelta(days=day)).astimezone(datetime.timezone.utc)
            self.say("appointment", "mairie-1", reference, at.strftime("%Y-%m-%dT%H:%M:%SZ"),
                     "passport", "--minutes", "30", "--persons", "2")
        rows = self.good("day")["appointments"]
        self.assertEqual([row["reference"] for row in rows], ["RDV-1", "RDV-2"])
        self.assertEqual((rows[0]["minutes"], rows[0]["persons"], rows[0]["state"]),
                         (30, 2, "booked"))
        for state in ("missed", "arrived", "booked", "missed"):
            self.good("day", "mark", "RDV-1", state)
        self.assertEqual(self.good("day")["appointments"][0]["state"], "missed")
        self.assertRegex(self.call(cli.CTL, "--root", self.root, "day").stdout,
                         r"(?m)^12:00  RDV-1 .* absent$")
        self.refused("argument", "day", "mark", "RDV-1", "lost")
        self.refused("not-found", "day", "mark", "RDV-9", "arrived")
        self.say("appointment", "mairie-1", "RDV-2", at.strftime("%Y-%m-%dT%H:%M:%SZ"), "passport",
                 "--cancel")
        self.refused("state", "day", "mark", "RDV-2", "arrived")


if __name__ == "__main__":
    unittest.main(argv=sys.argv, verbosity=2, defaultTest="Day")
