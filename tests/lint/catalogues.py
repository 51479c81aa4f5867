#!/usr/bin/env python3
# SPDX-License-Identifier: EUPL-1.2
"""The catalogues of assets/po: every file with sentences is in POTFILES, every .po is well formed,
English says everything, Arabic whatever a citizen sees, French counts as French does.

A sentence stands in the sources, or in the data that a person reads (TEXTS).
catalogues.py update: renews POTFILES and the .po files from both (make po), then prints what is
not translated. catalogues.py missing LANGUAGE: prints those sentences as a .po file."""
import functools
import json
import re
import shutil
import subprocess
import sys
from pathlib import Path

import tree

PO, ROOMS = "assets/po", ("app/", "db/", "drivers/", "sync/")
MARK = re.compile(r"\b(?:N_|P_|_)\(\"|dngettext\(|translatable=\"yes\"")
KEYWORDS = ["--keyword=_", "--keyword=N_", "--keyword=P_", "--keyword=g_dngettext:2,3"]
MERGE = ["--no-fuzzy-matching", "--no-location", "--sort-output", "--no-wrap", "--quiet"]
# by the profile of a data file: the members that are read out to a person
TEXTS = {
    "procedure": {"title", "summary", "label", "hint", "pattern_hint", "reason", "remedy", "why",
                  "text", "unknown"},
    "consent": {"why", "question", "scope", "title", "clauses", "withdrawal"},
    "guide": {"text", "why", "label", "hint", "advice"},
    "help": {"title", "situation", "steps", "never", "name", "for", "hours", "relay"},
    "kiosk-words": {"say", "ask", "help"},
}
# members that hold names and values, never a text
RULES = {"set", "suppose", "if", "required_if", "visible_if", "due_if", "amount", "date", "values",
         "source"}
# what a citizen reads: all of the data, and the sentences of these sources: the window with kiosk
# and second screen, advice on answers, and every paper that is handed over
CITIZEN = ("app/ui/", "app/core/address.c", "app/core/advice.c", "app/core/assessment.c",
           "app/core/completeness.c", "app/core/consent.c", "app/core/field.c",
           "app/core/guide-plan.c", "app/core/ticket.c", "app/service/guide-sheet.c",
           "app/service/help-sheet.c", "app/service/mandate-sheet.c", "app/service/page.c",
           "app/service/slip.c")
# languages, and the sources whose sentences each must have ("" begins the name of every one)
COMPLETE = {"fr": ("",), "en": ("",), "ar": CITIZEN}
HOLE = re.compile(r"\{[a-z]+\}")  # what the programs fill in, besides % of printf


def missing():
    return None if shutil.which("msgfmt") else "gettext is not installed"


def sources(root):
    return sorted(name for name in tree.files(root, ".c", ".ui")
                  if name.startswith(ROOMS) and MARK.search(tree.text(root, name)))


def languages(root):
    return sorted(Path(name).stem for name in tree.files(root, ".po") if name.startswith(PO))


def run(*command, root=".", **options):
    return subprocess.run(command, cwd=root, text=True, check=False, stdout=subprocess.PIPE,
                          stderr=subprocess.STDOUT, **options)


def texts_of(node, members):
    """Every text of a data file that a person reads, in order."""
    if isinstance(node, list):
        for child in node:
            yield from texts_of(child, members)
    elif isinstance(node, dict):
        for name, child in node.items():
            if name in members and isinstance(child, str):
                yield child
            elif name in members and isinstance(child, dict) and "fr" in child:
                yield child["fr"]
            elif name in members and isinstance(child, list):
                yield from (text for text in child if isinstance(text, str))
                yield from texts_of(child, members)
            elif name not in RULES:
                yield from texts_of(child, members)


def data(root):
    """The texts of every data file, by file."""
    found = {}
    for name in tree.files(root, ".json"):
        if name.startswith("assets/") and "schema" not in name:
            content = json.loads(tree.text(root, name))
            profile = content.get("profile", "") if isinstance(content, dict) else ""
            members = TEXTS.get(profile.partition("/")[0])
            if members:
                found[name] = [text for text in texts_of(content, members) if text]
    return found


def quoted(text):
    return json.dumps(text, ensure_ascii=False)


@functools.lru_cache
def collect(root, begins=("",)):
    """The sentences of the sources whose names begin so, and of the data, as a .pot file."""
    names = [name for name in sources(root) if name.startswith(begins)]
    done = run("xgettext", "--from-code=UTF-8", "--no-location", "--no-wrap", "--sort-output",
               *KEYWORDS, "--add-comments=TRANSLATORS", "--package-name=guichet",
               "--output=-", "--files-from=-",
               root=root, input="\n".join(names))
    head = 'msgid ""\nmsgstr "Content-Type: text/plain; charset=UTF-8\\n"\n'
    pot = done.stdout.replace("CHARSET", "UTF-8") if names else head
    pot = re.sub(r'"POT-Creation-Date:.*\n', "", pot)
    pot += "".join(f'\nmsgid {quoted(text)}\nmsgstr ""\n'
                   for texts in data(root).values() for text in texts)
    return run("msguniq", "--sort-output", "--no-wrap", "-", root=root, input=pot).stdout


@functools.lru_cache
def untranslated(root, language, pot):
    """What stands in @pot and has no translation, as blocks of a .po text."""
    merged = run("msgmerge", *MERGE, "-o", "-", f"{PO}/{language}.po", "-", root=root,
                 input=pot).stdout
    done = run("msgattrib", "--untranslated", "--no-obsolete", "--no-wrap", "-", root=root,
               input=merged).stdout
    return [block for block in done.split("\n\n")[1:] if "msgid" in block]


def check(root):
    if f"{PO}/POTFILES" not in tree.files(root):
        return []
    listed = [line for line in tree.text(root, f"{PO}/POTFILES").splitlines()
              if line and not line.startswith("#")]
    marked = sources(root)
    findings = [f"{PO}/POTFILES: lacks {name}; run make po"
                for name in marked if name not in listed]
    findings += [f"{PO}/POTFILES: {name} has no sentence; run make po"
                 for name in listed if name not in marked]
    for language in languages(root):
        done = run("msgfmt", "--check", "-o", "/dev/null", f"{PO}/{language}.po", root=root)
        findings += [] if done.returncode == 0 else [done.stdout.strip()]
        if "#, fuzzy" in tree.text(root, f"{PO}/{language}.po"):
            findings.append(f"{PO}/{language}.po: a translation is only guessed (fuzzy)")
        findings += lacks(root, language) + holes(root, language)
    return findings + inline(root)


def lacks(root, language):
    """What a language must say and does not."""
    if language not in COMPLETE:
        return []
    return [f"{PO}/{language}.po: not translated; run make po: {block}"
            for block in untranslated(root, language, collect(root, COMPLETE[language]))]


def holes(root, language):
    """Translations that lose or invent a {name} which the program fills in (msgfmt sees only %)."""
    done = run("msgattrib", "--translated", "--no-wrap", f"{PO}/{language}.po", root=root)
    found = []
    for block in done.stdout.split("\n\n")[1:]:
        text, _, translation = block.partition("\nmsgstr")
        if sorted(HOLE.findall(text)) != sorted(HOLE.findall(translation)):
            found.append(f"{PO}/{language}.po: other {{names}} than in the sentence: {block}")
    return found


def inline(root):
    """Translations that stand in our own data instead of the catalogues."""
    return [f"{name}: {one} has its own translations; put them into {PO}"
            for name in data(root)
            for one in re.findall(r'\{\s*"fr": *"[^"]*"', tree.text(root, name))]


def notes(root):
    """How far each language is."""
    pot, citizen = collect(root), collect(root, CITIZEN)
    totals = [one.count("\nmsgid ") - 1 for one in (pot, citizen)]
    return [f"{language}: {totals[0] - len(untranslated(root, language, pot))} of {totals[0]} "
            f"sentences, {totals[1] - len(untranslated(root, language, citizen))} of {totals[1]} "
            "that a citizen reads" for language in languages(root)]


def merge(root, language, pot):
    """The catalogue with the sentences of @pot and no others."""
    path = Path(root, PO, f"{language}.po")
    merged = run("msgmerge", *MERGE, "-o", "-", f"{PO}/{language}.po", "-", root=root,
                 input=pot).stdout
    path.write_text(run("msgattrib", "--no-obsolete", "--no-wrap", "-", input=merged).stdout,
                    encoding="utf-8")


# No line begins with what closes, none ends with what opens (Imprimerie nationale, Lexique des
# règles typographiques): the sources have plain spaces, which are easy to type and to compare.
UNBROKEN = re.compile(r" (?=[:;?!»€])|(?<=«) |(?<=n°) |(?<=\d) (?=%(?:[) .,]|$))")


def french(root, pot):
    """fr.po: every sentence as the sources have it, its spaces unbroken; what counts has two forms,
    of which 0 takes the first, as gettext would not know without a catalogue."""
    done = run("msgen", "--no-wrap", "-", root=root, input=pot).stdout
    own = tree.text(root, f"{PO}/fr.po").partition("\n\n")[0]
    lines, translation = [own, ""], False
    for line in done.partition("\n\n")[2].splitlines():
        translation = line.startswith("msgstr") or (translation and line.startswith('"'))
        lines.append(UNBROKEN.sub("\u00a0", line) if translation else line)
    return "\n".join(lines) + "\n"


def update(root):
    Path(root, PO, "POTFILES").write_text("\n".join(sources(root)) + "\n", encoding="utf-8")
    pot = collect(root)
    for language in languages(root):
        if language == "fr":
            Path(root, PO, "fr.po").write_text(french(root, pot), encoding="utf-8")
        else:
            merge(root, language, pot)
    print("\n".join(notes(root)))


def main():
    root = Path(__file__).resolve().parent.parent.parent
    if sys.argv[1:] == ["update"]:
        update(root)
    else:
        print("\n\n".join(untranslated(root, sys.argv[2], collect(root))))


if __name__ == "__main__":
    main()
