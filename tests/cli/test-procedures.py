#!/usr/bin/python3
# SPDX-License-Identifier: EUPL-1.2
"""Each procedure through guichetctl: shown, made, filled, checked, sealed; and a change of the law."""
import importlib.util
import json
import pathlib
import sys
import unittest

HERE = pathlib.Path(__file__).resolve().parent
spec = importlib.util.spec_from_file_location("test_cli", HERE / "test-cli.py")
test_cli = importlib.util.module_from_spec(spec)
spec.loader.exec_module(test_cli)

FOLDER = test_cli.SOURCE / "assets/procedures"
FILES = sorted(path for path in FOLDER.glob("*.json") if not path.name.endswith("schema.json"))
TABLE = json.loads((test_cli.SOURCE / "tests/core/situations.json").read_text())


def complete_situation(procedure):
    """The first of the table under which nothing is missing."""
    for one in TABLE["situations"]:
        if (one["procedure"] == procedure and not one["missing"]
                and one.get("fields", {}).get("situation") != "other"):
            return one
    raise AssertionError(f"{procedure}: no complete situation in the table")


class Procedures(test_cli.Station):
    def show(self, procedure, *answers):
        return self.good("procedure", "show", procedure, *answers)

    def test_every_file_is_good(self):
        self.assertEqual(self.good("procedure", "check", *FILES)["checked"], len(FILES))

    def test_each_field_is_shown_with_what_it_is(self):
        kinds = set()
        for path in FILES:
            told = self.call(test_cli.CTL, "--root", self.root, "procedure", "show", path.stem)
            self.assertEqual(told.returncode, 0, told.stderr)
            for field in json.loads(path.read_text(encoding="utf-8"))["fields"]:
                line = next(line for line in told.stdout.splitlines()
                            if line.split()[:1] == [field["id"]])
                kinds.add((field["type"], line[27:37].strip()))
        self.assertEqual(len(kinds), len(dict(kinds)), kinds)
        self.assertNotIn("(null)", dict(kinds).values())

    def test_each_situation_is_shown_with_its_reasons(self):
        for path in FILES:
            shown = self.show(path.stem)
            for situation in shown["situations"]:
                for piece in situation["pieces"]:
                    self.assertTrue(piece["label"] and piece["reason"], path.stem)
                for result in situation["charges"] + situation["deadlines"]:
                    self.assertTrue(result["label"] and result["reason"] and result["source"],
                                    (path.stem, result))
            if path.stem != "other-case":
                self.assertEqual(shown["situations"][-1]["situation"], "other", path.stem)

    def test_answers_change_what_is_shown(self):
        adult = self.show("passport", "situation=loss", "birth-date=17/05/1990")
        child = self.show("passport", "situation=loss", "birth-date=17/05/2020")
        self.assertEqual([c["cents"] for c in adult["charges"]], [8600])
        self.assertEqual([c["cents"] for c in child["charges"]], [1700])
        required = {p["piece"] for p in child["pieces"] if p["required"]}
        self.assertIn("parent-identity", required)
        self.assertNotIn("right-index", required)
        self.refused("argument", "procedure", "show", "passport", "colour=red")
        self.refused("argument", "procedure", "show", "passport", "birth-date=demain")

    def bring(self, request, text):
        piece, _, reason = text.partition("!")
        kind, _, pages = piece.partition("*")
        if reason:
            self.good("request", "impossible", request, kind, reason, session=True)
            return
        for _ in range(int(pages or 1)):
            self.good("request", "attach", request, kind, self.folder / "page.png", session=True)

    def test_each_procedure_reaches_the_outbox(self):
        for path in FILES:
            one = complete_situation(path.stem)
            fields = dict(TABLE["people"].get(one.get("person"), {}), **one.get("fields", {}))
            request = self.good("request", "new", path.stem,
                                *(f"{name}={value}" for name, value in fields.items()),
                                session=True)["request"]
            for piece in one.get("pieces", []):
                self.bring(request, piece)
            check = self.good("request", "check", request, session=True)
            self.assertTrue(check["complete"], (one["name"], check["gaps"]))
            sealed = self.good("request", "seal", request, session=True)
            self.good("bundle", "verify", sealed["path"])

    def test_an_old_draft_keeps_its_rules(self):
        """The tariff of a lost card rises and a paper is asked for: only new drafts see it."""
        file = self.root / "procedures/identity-card.json"
        before = file.read_text()
        answers = ("situation=loss", "secured-title=valid")
        old = self.good("request", "new", "identity-card", *answers, session=True)["request"]
        law = json.loads(before)
        law["revision"] += 1
        stamp = next(table for table in law["tables"] if table["id"] == "stamp")
        stamp["rows"][0]["values"]["loss-theft"] = 30
        next(p for p in law["pieces"] if p["id"] == "family-book")["required_if"] = True
        file.write_text(json.dumps(law, ensure_ascii=False))
        try:
            new = self.good("request", "new", "identity-card", *answers, session=True)["request"]
            for request, cents, asked in ((old, 2500, False), (new, 3000, True)):
                check = self.good("request", "check", request, session=True)
                self.assertEqual([c["cents"] for c in check["charges"]], [cents])
                self.assertEqual("piece:family-book" in [g["subject"] for g in check["gaps"]],
                                 asked)
            revisions = [self.good("request", "show", request, session=True)["revision"]
                         for request in (old, new)]
            self.assertEqual(revisions[1], revisions[0] + 1)
        finally:
            file.write_text(before)


if __name__ == "__main__":
    unittest.main(argv=sys.argv, verbosity=2, defaultTest="Procedures")
