#!/usr/bin/python3
# SPDX-License-Identifier: EUPL-1.2
"""The guided path and its code, from the command line."""
import importlib.util
import pathlib
import unittest

_spec = importlib.util.spec_from_file_location(
    "test_cli", pathlib.Path(__file__).with_name("test-cli.py"))
cli = importlib.util.module_from_spec(_spec)
_spec.loader.exec_module(cli)


class Guide(cli.Station):
    def test_questions_lead_to_a_procedure(self):
        first = self.good("procedure", "guide")
        self.assertLessEqual(len(first["answers"]), 9)
        self.assertEqual([a["id"] for a in first["answers"][-2:]], ["unknown", "other"])
        found = self.good("procedure", "guide", "vehicle", "inherited", "1")
        self.assertEqual(found["procedure"], "vehicle-succession")
        self.assertEqual(found["fields"]["situation"], "keep-one")
        self.assertIn("Un seul héritier", found["said"])
        self.refused("argument", "procedure", "guide", "vehicle", "flying")

    def test_code_opens_a_draft(self):
        page = (cli.SOURCE / "assets/guide/CODE.md").read_text(encoding="utf-8")
        text = next(line for line in page.splitlines() if line.startswith("GUICHET1;"))
        (self.folder / "code.txt").write_text(text + "\r\n")
        for code in (text, f"@{self.folder / 'code.txt'}"):
            made = self.good("request", "new", "--from-code", code, session=True)
            shown = self.good("request", "show", made["request"], session=True)
            self.assertEqual(shown["procedure"], "passport")
            self.assertEqual(shown["fields"]["situation"], "loss")
            self.assertEqual(made["left_out"], [])
        self.refused("mismatch", "request", "new", "--from-code", text[:-1] + "x", session=True)
        self.refused("argument", "request", "new", "passport", "--from-code", text, session=True)

    def test_page_is_written(self):
        sheet = self.folder / "pieces.pdf"
        self.good("procedure", "guide", "licence", "lost", "loss", "-o", sheet)
        self.assertTrue(sheet.read_bytes().startswith(b"%PDF-"))
        self.refused("argument", "procedure", "guide", "licence", "-o", sheet)


if __name__ == "__main__":
    del cli.Station  # its own class of tests runs elsewhere
    unittest.main(argv=["test-guide", "Guide"])
