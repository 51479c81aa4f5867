#!/usr/bin/env python3
# SPDX-License-Identifier: EUPL-1.2
"""What every procedure owes to the person at the desk, and no schema can say.

usage: procedure-lint.py SOURCE. Each rule is tried on a spoilt copy first: a rule that lets its fault
pass fails the test.
"""
import copy
import json
import pathlib
import sys

WAYS_OUT = {"other", "unknown", "none"}
CONTACT = {"phone": "sms", "email": "email"}
COMPARISONS = {"==", "!=", "===", "!==", "<", "<=", ">", ">=", "in", "lookup", "var", "age"}
MAX_QUESTIONS = 14  # a step


def walk(rule):
    """Every operation of a rule, with its arguments."""
    if isinstance(rule, dict):
        for name, args in rule.items():
            yield name, args if isinstance(args, list) else [args]
            yield from walk(args)
    elif isinstance(rule, list):
        for part in rule:
            yield from walk(part)


def numbers_outside(rule, excused):
    """Numbers that stand in @rule itself, not inside the operations @excused."""
    if isinstance(rule, bool) or rule is None or isinstance(rule, str):
        return []
    if isinstance(rule, (int, float)):
        return [rule]
    if isinstance(rule, list):
        return [n for part in rule for n in numbers_outside(part, excused)]
    return [n for name, args in rule.items() if name not in excused
            for n in numbers_outside(args, excused)]


def french(text):
    return text if isinstance(text, str) else text.get("fr", "")


def lint_words(value, where):
    """Sentences of reasons end; apostrophes are typographic."""
    if isinstance(value, dict):
        for name, member in value.items():
            if name in ("reason", "remedy", "text", "unknown") and isinstance(member, str) \
                    and member[-1] not in ".!?":
                yield f"{where}/{name}: the sentence does not end"
            if name not in ("pattern", "id") and isinstance(member, str) and "'" in member:
                yield f"{where}/{name}: straight apostrophe"
            yield from lint_words(member, f"{where}/{name}")
    elif isinstance(value, list):
        for i, member in enumerate(value):
            yield from lint_words(member, f"{where}/{i}")


def lint_fields(procedure):
    ids = [field["id"] for field in procedure["fields"]]
    if procedure["id"] != "other-case" and ids[:1] != ["situation"]:
        yield "/fields: « situation » is not the first question"
    for field in procedure["fields"]:
        where = f"/fields/{field['id']}"
        choices = [choice["id"] for choice in field.get("choices", [])]
        if choices and not WAYS_OUT & set(choices):
            yield f"{where}: no way out among {choices}"
        if field["id"] == "situation" and choices[-1] != "other":
            yield f"{where}: « Autre situation » is not the last choice"
        asked_by = CONTACT.get(field["id"])
        if asked_by and field.get("required_if") != {
                "==": [{"var": "fields.contact-by"}, asked_by]}:
            yield f"{where}: asked of who did not choose it"
        if not asked_by and any(word in field["id"] for word in ("mail", "phone")):
            if field.get("required_if") not in (None, False):
                yield f"{where}: an e-mail address or a phone is required"
    if "contact-by" in ids and "none" not in [
            c["id"] for c in procedure["fields"][ids.index("contact-by")]["choices"]]:
        yield "/fields/contact-by: nobody may be left alone"


def lint_pieces(procedure):
    for piece in procedure["pieces"]:
        where = f"/pieces/{piece['id']}"
        demanded = piece.get("required_if") not in (None, False)
        if (demanded or piece["family"] != "document") and not piece.get("impossible"):
            yield f"{where}: no « impossible parce que »"
        if demanded and not piece.get("source") and piece["family"] != "signature":
            yield f"{where}: demanded without a source"
        if not french(piece["reason"]) or not french(piece["remedy"]):
            yield f"{where}: no French reason or remedy"


def lint_outcomes(procedure):
    for charge in procedure["stamps"]:
        where = f"/stamps/{charge['id']}"
        if numbers_outside(charge["amount"], COMPARISONS):
            yield f"{where}/amount: a number outside a dated table"
        for member in ("why", "unknown", "source"):
            if not charge.get(member):
                yield f"{where}: no {member}"
    for deadline in procedure.get("deadlines", []):
        where = f"/deadlines/{deadline['id']}"
        for name, args in walk(deadline["date"]):
            if name == "date_add" and (not isinstance(args[1], dict) or "lookup" not in args[1]):
                yield f"{where}/date: a delay outside a dated table"
        if json.dumps(deadline["date"]).find("null") >= 0 and not deadline.get("unknown"):
            yield f"{where}: may be unknown and does not say what to do then"
    for table in procedure.get("tables", []):
        used = any(name == "lookup" and args[0] == table["id"]
                   for name, args in walk([procedure["stamps"], procedure.get("deadlines", []),
                                           procedure["pieces"], procedure["fields"]]))
        if not used:
            yield f"/tables/{table['id']}: no rule reads it"


def lint_steps(procedure):
    for step in procedure["steps"]:
        if len(step.get("fields", [])) > MAX_QUESTIONS:
            yield f"/steps/{step['id']}: more than {MAX_QUESTIONS} questions on a page"
    if len(procedure["steps"]) > 9:
        yield "/steps: more than 9"


def lint(procedure):
    yield from lint_fields(procedure)
    yield from lint_pieces(procedure)
    yield from lint_outcomes(procedure)
    yield from lint_steps(procedure)
    yield from lint_words(procedure, "")
    if not procedure.get("source"):
        yield "/source: none"


def lint_same(procedures):
    """One question, one type, wherever it is asked."""
    seen = {}
    for procedure in procedures:
        for field in procedure["fields"]:
            first = seen.setdefault(field["id"], (field["type"], procedure["id"]))
            if first[0] != field["type"]:
                yield (f"{procedure['id']}: /fields/{field['id']}: {field['type']} here, "
                       f"{first[0]} in {first[1]}")


SPOILT = [  # what is done to the passport, what must then be said
    (lambda p: p["fields"][0]["choices"].pop(), "no way out"),
    (lambda p: p["fields"].insert(0, p["fields"].pop()), "not the first question"),
    (lambda p: find(p, "email").update(required_if=True), "asked of who did not choose it"),
    (lambda p: find(p, "contact-by")["choices"].pop(), "nobody may be left alone"),
    (lambda p: p["pieces"][0].pop("impossible"), "impossible parce que"),
    (lambda p: p["pieces"][0].pop("source"), "demanded without a source"),
    (lambda p: p["pieces"][0].update(reason="Parce que"), "the sentence does not end"),
    (lambda p: p["pieces"][0].update(remedy="L'apporter."), "straight apostrophe"),
    (lambda p: p["stamps"][0].update(amount={"if": [True, 86, 0]}), "outside a dated table"),
    (lambda p: p["stamps"][0].pop("why"), "no why"),
    (lambda p: p["stamps"][0].pop("unknown"), "no unknown"),
    (lambda p: p["deadlines"][0].update(date={"date_add": [{"var": "today"}, 3, "days"]}),
     "a delay outside a dated table"),
    (lambda p: p["deadlines"][1].pop("unknown"), "does not say what to do then"),
    (lambda p: p["tables"].append(dict(p["tables"][0], id="spare")), "no rule reads it"),
    (lambda p: p["steps"][1]["fields"].extend("abcdef"), "questions on a page"),
    (lambda p: p.pop("source"), "/source: none"),
]


def find(procedure, field_id):
    return next(field for field in procedure["fields"] if field["id"] == field_id)


def main(source):
    folder = pathlib.Path(source) / "assets" / "procedures"
    procedures = [json.loads(path.read_text(encoding="utf-8"))
                  for path in sorted(folder.glob("*.json"))
                  if not path.name.endswith(".schema.json")]
    passport = next(p for p in procedures if p["id"] == "passport")
    findings = []
    for spoil, said in SPOILT:
        spoilt = copy.deepcopy(passport)
        spoil(spoilt)
        if not any(said in finding for finding in lint(spoilt)):
            findings.append(f"control: « {said} » was not found in a spoilt passport")
    findings += [f"{p['id']}: {finding}" for p in procedures for finding in lint(p)]
    findings += lint_same(procedures)
    print("\n".join(findings) or f"{len(procedures)} procedures, {len(SPOILT)} controls")
    return 1 if findings else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
