#!/usr/bin/env python3
# SPDX-License-Identifier: EUPL-1.2
"""help-schema.py SOURCE: the help passes its schema, and changes of it do not."""
import copy
import json
import pathlib
import sys

try:
    import jsonschema
except ImportError:
    print("python3-jsonschema is not installed: skipped")
    sys.exit(77)

folder = pathlib.Path(sys.argv[1]) / "assets" / "help"
schema = json.loads((folder / "help.schema.json").read_text(encoding="utf-8"))
own = json.loads((folder / "help.json").read_text(encoding="utf-8"))
jsonschema.Draft202012Validator.check_schema(schema)
validator = jsonschema.Draft202012Validator(schema)
validator.validate(own)

BROKEN = {
    "a number in words": lambda h: h["lines"][0].update(number="demandez au guichet"),
    "a number that is none": lambda h: h["lines"][0].update(number="+33 9 69 39 00 00 00"),
    "no source": lambda h: h["lines"][0].pop("source"),
    "no date": lambda h: h["topics"][0].pop("date"),
    "a site that is not the State's": lambda h: h["lines"][0].update(check="carte-grise.biz"),
    "a site that only looks so": lambda h: h["lines"][0].update(check="ants.gouv.fr.example.com"),
    "and the other way round": lambda h: h["lines"][0].update(check="ants-gouv.fr"),
    "nothing to do": lambda h: h["topics"][0].update(steps=[]),
    "one member more": lambda h: h["topics"][0].update(price=20),
    "another profile": lambda h: h.update(profile="help/2"),
}
for change, apply in BROKEN.items():
    broken = copy.deepcopy(own)
    apply(broken)
    if validator.is_valid(broken):
        sys.exit(f"accepted: {change}")
print(f"1 good, {len(BROKEN)} broken")
