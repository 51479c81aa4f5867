#!/usr/bin/env python3
# SPDX-License-Identifier: EUPL-1.2
"""The catalogues of assets/po: every file with sentences is in POTFILES, every .po is well formed.

catalogues.py update: renews POTFILES and the .po files from the sources (make po), then prints what
is not translated. catalogues.py missing LANGUAGE: prints those sentences as a .po file."""
import re
import shutil
import subprocess
import sys
from pathlib import Path

import tree

PO, ROOMS = "assets/po", ("app/", "db/", "drivers/", "sync/")
MARK = re.compile(r"\bN?_\(\"|dngettext\(|translatable=\"yes\"")
KEYWORDS = ["--keyword=_", "--keyword=N_", "--keyword=g_dngettext:2,3"]
MERGE = ["--no-fuzzy-matching", "--no-location", "--sort-output", "--no-wrap", "--quiet"]
COMPLETE = ()  # languages where a sentence without translation is a fault


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


def collect(root):
    """The sentences of all sources, as a .pot file."""
    done = run("xgettext", "--from-code=UTF-8", "--no-location", "--no-wrap", "--sort-output",
               *KEYWORDS, "--add-comments=TRANSLATORS", "--package-name=guichet",
               "--output=-", "--files-from=-",
               root=root, input="\n".join(sources(root)))
    return re.sub(r'"POT-Creation-Date:.*\n', "", done.stdout)


def untranslated(root, language, pot=None):
    """What stands in the sources and has no translation, as a .po text without its head."""
    merged = run("msgmerge", *MERGE, "-o", "-", f"{PO}/{language}.po", "-", root=root,
                 input=pot or collect(root)).stdout
    done = run("msgattrib", "--untranslated", "--no-obsolete", "--no-wrap", "-", root=root,
               input=merged).stdout
    return [block for block in done.split("\n\n")[1:] if "msgid" in block]


def check(root):
    if f"{PO}/POTFILES" not in tree.files(root):
        return []
    listed = [line for line in tree.text(root, f"{PO}/POTFILES").splitlines()
              if line and not line.startswith("#")]
    findings = [f"{PO}/POTFILES: lacks {name}; run make po"
                for name in sources(root) if name not in listed]
    findings += [f"{PO}/POTFILES: {name} has no sentence; run make po"
                 for name in listed if name not in sources(root)]
    for language in languages(root):
        done = run("msgfmt", "--check", "-o", "/dev/null", f"{PO}/{language}.po", root=root)
        findings += [] if done.returncode == 0 else [done.stdout.strip()]
        if "#, fuzzy" in tree.text(root, f"{PO}/{language}.po"):
            findings.append(f"{PO}/{language}.po: a translation is only guessed (fuzzy)")
        if language in COMPLETE:
            findings += [f"{PO}/{language}.po: not translated; run make po: {block}"
                         for block in untranslated(root, language)]
    return findings


def notes(root):
    """How far each language is."""
    pot = collect(root)
    total = pot.count("\nmsgid ") - 1
    return [f"{language}: {total - len(untranslated(root, language, pot))} of {total} sentences"
            for language in languages(root) if language != "fr"]


def update(root):
    Path(root, PO, "POTFILES").write_text("\n".join(sources(root)) + "\n", encoding="utf-8")
    pot = collect(root)
    for language in languages(root):
        if language != "fr":
            path = Path(root, PO, f"{language}.po")
            merged = run("msgmerge", *MERGE, "-o", "-", f"{PO}/{language}.po", "-", root=root,
                         input=pot).stdout
            merged = run("msgattrib", "--no-obsolete", "--no-wrap", "-", input=merged).stdout
            path.write_text(merged, encoding="utf-8")
    print("\n".join(notes(root)))


def main():
    root = Path(__file__).resolve().parent.parent.parent
    if sys.argv[1:] == ["update"]:
        update(root)
    else:
        print("\n\n".join(untranslated(root, sys.argv[2])))


if __name__ == "__main__":
    main()
