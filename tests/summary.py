#!/usr/bin/env python3
# SPDX-License-Identifier: EUPL-1.2
"""summary.py BUILD STATUS: counts the cases of the last `meson test`, whose exit status was STATUS.

A TAP program counts one for each of its cases. meson's JUnit file leaves out programs that
crash or time out between two cases, so the verdict on each program comes from testlog.json.
"""
import json
import sys
import xml.etree.ElementTree as xml
from collections import Counter
from pathlib import Path

PASSED = {"OK", "EXPECTEDFAIL"}


def count_cases(junit):
    """(program → Counter) for the programs with several cases."""
    cases = {}
    for suite in xml.parse(junit).getroot().iter("testsuite"):
        counter = cases.setdefault(suite.get("name"), Counter())
        for case in suite.iter("testcase"):
            if case.find("failure") is not None or case.find("error") is not None:
                counter["failed"] += 1
            elif case.find("skipped") is not None:
                counter["skipped"] += 1
            else:
                counter["passed"] += 1
    return cases


def count(programs, cases):
    total, failed, skipped = Counter(passed=0, failed=0, skipped=0), [], []
    for program in programs:
        name = program["name"].split(" / ")[-1]
        result = program["result"]
        inside = cases.get(f"guichet.{program['name']}", Counter())
        verdict = "passed" if result in PASSED else "skipped" if result == "SKIP" else "failed"
        total.update(inside or {verdict: 1})
        if verdict == "failed":
            failed.append(f"{name} ({result})")
            if inside and not inside["failed"]:
                total["failed"] += 1
        elif verdict == "skipped":
            skipped.append(name)
    return total, failed, skipped


def main():
    logs, status = Path(sys.argv[1]) / "meson-logs", int(sys.argv[2])
    try:
        lines = (logs / "testlog.json").read_text().splitlines()
        programs = [json.loads(line) for line in lines]
        cases = count_cases(logs / "testlog.junit.xml")
    except (OSError, ValueError, xml.ParseError) as error:
        print(f"the tests left no readable log: {error}")
        programs, cases = [], {}
    total, failed, skipped = count(programs, cases)
    if (status != 0 and total["failed"] == 0) or not programs:
        failed.append(f"meson test itself (status {status})")
        total["failed"] += 1
    for name in skipped:
        print(f"skipped: {name}")
    for name in failed:
        print(f"FAILED: {name}")
    print("{passed} passed, {failed} failed, {skipped} skipped".format(**total))
    return 1 if total["failed"] else 0


if __name__ == "__main__":
    sys.exit(main())
