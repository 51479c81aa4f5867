#!/usr/bin/env python3
# SPDX-License-Identifier: EUPL-1.2
"""The JSON Schema accepts our guide and refuses it with one thing wrong.

usage: guide-schema.py SOURCE. Exit status 77 where python3-jsonschema is absent.
"""
import copy
import json
import pathlib
import sys

try:
    import jsonschema
except ImportError:
    print("python3-jsonschema is not installed: skipped")
    sys.exit(77)


def spoil(guide, what):
    broken = copy.deepcopy(guide)
    what(broken["questions"][0], broken["questions"][0]["answers"][0])
    return broken


SPOILT = {
    "two ends": lambda q, a: a.update(then="title", procedure="passport"),
    "no end": lambda q, a: a.pop("then"),
    "no why": lambda q, a: q.pop("why"),
    "no French": lambda q, a: a.update(label={"en": "Card"}),
    "upper-case id": lambda q, a: a.update(id="Card"),
    "an answer that is always there": lambda q, a: a.update(id="other"),
    "eight answers": lambda q, a: q.update(answers=q["answers"] * 8),
    "a word too many": lambda q, a: a.update(jump="x"),
}


def main(source):
    folder = pathlib.Path(source) / "assets/guide"
    schema = json.loads((folder / "guide.schema.json").read_text(encoding="utf-8"))
    guide = json.loads((folder / "guide.json").read_text(encoding="utf-8"))
    jsonschema.Draft202012Validator.check_schema(schema)
    validator = jsonschema.Draft202012Validator(schema)
    findings = [f"refused at {e.json_path}: {e.message[:120]}" for e in validator.iter_errors(guide)]
    findings += [f"accepted with {name}" for name, what in SPOILT.items()
                 if validator.is_valid(spoil(guide, what))]
    print("\n".join(findings) or f"1 accepted, {len(SPOILT)} refused")
    return 1 if findings else 0


sys.exit(main(sys.argv[1]))
