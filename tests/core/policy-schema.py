#!/usr/bin/env python3
# SPDX-License-Identifier: EUPL-1.2
"""policy-schema.py SOURCE: our retention policy passes its schema, and changes of it do not."""
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
schema = json.loads((folder / "retention.schema.json").read_text(encoding="utf-8"))
policy = json.loads((folder / "retention.json").read_text(encoding="utf-8"))
jsonschema.Draft202012Validator.check_schema(schema)
validator = jsonschema.Draft202012Validator(schema)
validator.validate(policy)

BROKEN = {
    "no reason": lambda p: p["drafts"].pop("why"),
    "an empty reason": lambda p: p["journal"].update(why=""),
    "too long": lambda p: p["drafts"].update(hours=721),
    "not a number": lambda p: p["received_bundles"].update(grace_days="30"),
    "one member more": lambda p: p["receipts"].update(days=3),
    "another word": lambda p: p["receipts"].update(keep="a-week"),
    "another profile": lambda p: p.update(profile="retention/2"),
}
for name, change in BROKEN.items():
    broken = copy.deepcopy(policy)
    change(broken)
    if validator.is_valid(broken):
        sys.exit(f"accepted: {name}")
print(f"1 good, {len(BROKEN)} broken")
