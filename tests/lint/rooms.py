# SPDX-License-Identifier: EUPL-1.2
"""Every room has a README of at most 30 lines: purpose, dependencies, where to start reading."""
import layers
import tree

README_LINES = 30
QUIET = ("meson.build", ".h")  # a room that is only announced: contracts and no code yet
FOLDERS = list(layers.ALLOWED) + ["assets", "packaging", "tests"]


def check(root):
    names = set(tree.files(root))
    folders = FOLDERS + sorted({"/".join(n.split("/")[:2]) for n in names
                                if n.startswith("tests/") and n.count("/") > 1})
    findings = []
    for folder in folders:
        inside = [n for n in names if n.startswith(folder + "/") and not n.endswith(QUIET)]
        readme = f"{folder}/README.md"
        if inside and readme not in names:
            findings.append(f"{folder}: has no README.md")
        elif inside and len(tree.text(root, readme).splitlines()) > README_LINES:
            findings.append(f"{readme}: more than {README_LINES} lines")
    return findings
