#!/usr/bin/env python3
# SPDX-License-Identifier: EUPL-1.2
"""tests/summary.py counts what meson's own files leave out: crashes between cases, time-outs."""
import sys
import unittest
from collections import Counter
from pathlib import Path

sys.dont_write_bytecode = True
sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
import summary  # noqa: E402


class Count(unittest.TestCase):
    def check(self, result, inside, passed, failed, skipped):
        cases = {"guichet.guichet:unit / one": Counter(inside)} if inside else {}
        programs = [{"name": "guichet:unit / one", "result": result}]
        expected = {"passed": passed, "failed": failed, "skipped": skipped}
        self.assertEqual(dict(summary.count(programs, cases)[0]), expected)

    def test_results(self):
        self.check("OK", None, 1, 0, 0)
        self.check("SKIP", None, 0, 0, 1)
        self.check("TIMEOUT", None, 0, 1, 0)
        self.check("FAIL", None, 0, 1, 0)
        self.check("UNEXPECTEDPASS", None, 0, 1, 0)

    def test_cases_inside(self):
        self.check("OK", {"passed": 3, "skipped": 1}, 3, 0, 1)
        self.check("FAIL", {"passed": 3, "failed": 2}, 3, 2, 0)
        self.check("ERROR", {"passed": 3}, 3, 1, 0)


if __name__ == "__main__":
    unittest.main()
