#!/usr/bin/env python3
# SPDX-License-Identifier: EUPL-1.2
"""policy-schema.py SOURCE: our policies pass their schemas, and changes of them do not."""
import copy
import json
import pathlib
import sys

try:
    import jsonschema
except ImportError:
    print("python3-jsonschema is not installed: skipped")
    sys.exit(77)

folder = pathlib.Path(sys.argv[1]) / "assets" / "policy"

BROKEN = {
    "contact-point": {
        "hours by hearsay": lambda p: p.update(hours_confirmed="yes"),
        "no address member": lambda p: p.pop("address"),
        "a long address": lambda p: p.update(address="x" * 201),
        "no reason": lambda p: p.update(why=""),
        "one member more": lambda p: p.update(email="mairie@example.fr"),
        "another profile": lambda p: p.update(profile="contact-point/2"),
    },
    "consent": {
        "nobody in particular": lambda p: p.update(roles=["everybody"]),
        "no reason": lambda p: p.pop("why"),
        "no French": lambda p: p.update(why={"en": "Because."}),
        "an empty mandate": lambda p: p["mandate"].update(clauses=[]),
        "no way back": lambda p: p["mandate"].pop("withdrawal"),
        "one member more": lambda p: p["mandate"].update(price=20),
        "another profile": lambda p: p.update(profile="consent/2"),
    },
    "retention": {
        "no reason": lambda p: p["drafts"].pop("why"),
        "an empty reason": lambda p: p["journal"].update(why=""),
        "too long": lambda p: p["drafts"].update(hours=721),
        "not a number": lambda p: p["received_bundles"].update(grace_days="30"),
        "one member more": lambda p: p["receipts"].update(days=3),
        "another word": lambda p: p["receipts"].update(keep="a-week"),
        "another profile": lambda p: p.update(profile="retention/2"),
    },
    "opening-hours": {
        "no Sunday": lambda p: p["weekly"].pop("sunday"),
        "one day more": lambda p: p["weekly"].update(someday=[]),
        "an hour of its own": lambda p: p["weekly"].update(monday=[["8h30", "12:00"]]),
        "no end": lambda p: p["weekly"].update(monday=[["08:30"]]),
        "a day that is none": lambda p: p["exceptions"][0].update({"from": "2026-13-01"}),
        "an exception without a name": lambda p: p["exceptions"][0].pop("label"),
        "a limit above all": lambda p: p["figures"].update(quality_limit=101),
        "no smallest cell": lambda p: p["figures"].update(smallest_cell=0),
        "no reason": lambda p: p["figures"].pop("why"),
        "another profile": lambda p: p.update(profile="opening-hours/2"),
    },
    "session": {
        "never locks": lambda p: p["lock"].update(idle_minutes=0),
        "no warning": lambda p: p["lock"].update(warn_seconds=0),
        "endless attempts": lambda p: p["attempts"].update(free=11),
        "offline for ever": lambda p: p["offline"].update(days=366),
        "a module by name": lambda p: p["cards"].update(modules=["opensc-pkcs11.so"]),
        "a module that is none": lambda p: p["cards"].update(modules=[1]),
        "no reason": lambda p: p["cards"].pop("why"),
        "one member more": lambda p: p["lock"].update(never=True),
        "another profile": lambda p: p.update(profile="session/2"),
    },
}
for name, changes in BROKEN.items():
    schema = json.loads((folder / f"{name}.schema.json").read_text(encoding="utf-8"))
    policy = json.loads((folder / f"{name}.json").read_text(encoding="utf-8"))
    jsonschema.Draft202012Validator.check_schema(schema)
    validator = jsonschema.Draft202012Validator(schema)
    validator.validate(policy)
    for change, apply in changes.items():
        broken = copy.deepcopy(policy)
        apply(broken)
        if validator.is_valid(broken):
            sys.exit(f"{name}: accepted: {change}")
print(f"{len(BROKEN)} good, {sum(len(c) for c in BROKEN.values())} broken")
