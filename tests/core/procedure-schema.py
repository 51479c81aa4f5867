#!/usr/bin/env python3
# SPDX-License-Identifier: EUPL-1.2
"""Run the JSON Schema over every procedure: the good ones pass, the broken ones don't.

usage: procedure-schema.py SOURCE. Exit status 77 where python3-jsonschema is absent.
"""
import json
import pathlib
import sys

try:
    import jsonschema
except ImportError:
    print("python3-jsonschema is not installed: skipped")
    sys.exit(77)

# What a schema can't say, or what JSON readers forgive: names, order of two numbers, dates that
# don't exist, regular expressions of PCRE, duplicate members, rows that overlap, circles.
LOADER_ONLY = {
    "duplicate-member",
    "date-that-is-none",
    "field-twice",
    "choice-twice",
    "pattern-broken",
    "bounds-crossed",
    "rule-unknown-field",
    "rule-unknown-piece",
    "rule-unknown-data",
    "rule-computed-name",
    "pages-crossed",
    "step-unknown-field",
    "step-unknown-piece",
    "step-other-family",
    "step-field-again",
    "step-forgets-a-field",
    "step-forgets-a-piece",
    "summary-first",
    "table-overlap",
    "table-never-ends",
    "table-ends-first",
    "table-twice",
    "lookup-unknown-table",
    "lookup-unknown-key",
    "lookup-alone",
    "lookup-unknown-field",
    "deadline-unknown-piece",
    "reason-never-sure",
    "reason-after-the-last",
    "reason-unknown-field",
    "circle-of-two",
    "circle-of-one",
    "piece-asks-itself",
    "impossible-unknown-piece",
}


def read(path):
    """The file's value, or None when it is no JSON at all."""
    try:
        return json.loads(path.read_text(encoding="utf-8"))
    except ValueError:
        return None


def main(source):
    folder = pathlib.Path(source) / "assets" / "procedures"
    schema = json.loads((folder / "procedure.schema.json").read_text(encoding="utf-8"))
    jsonschema.Draft202012Validator.check_schema(schema)
    validator = jsonschema.Draft202012Validator(schema)
    findings = []
    good = [p for p in sorted(folder.glob("*.json")) if not p.name.endswith(".schema.json")]
    for path in good:
        for error in validator.iter_errors(read(path)):
            findings.append(f"{path.name}: refused at {error.json_path}: {error.message[:120]}")
    broken = sorted((pathlib.Path(source) / "tests/core/broken-procedures").glob("*.json"))
    unknown = LOADER_ONLY - {p.stem for p in broken}
    findings += [f"{name}: in the table, not in the folder" for name in sorted(unknown)]
    for path in broken:
        value = read(path)
        accepted = value is not None and validator.is_valid(value)
        if accepted != (path.stem in LOADER_ONLY):
            findings.append(f"{path.name}: {'accepted' if accepted else 'refused'}, "
                            "against the table")
    if not good or not broken:
        findings.append("no files were found")
    print("\n".join(findings) or f"{len(good)} accepted, {len(broken) - len(LOADER_ONLY)} refused, "
          f"{len(LOADER_ONLY)} left to the loader")
    return 1 if findings else 0


sys.exit(main(sys.argv[1]))
