# SPDX-License-Identifier: EUPL-1.2
"""Every source says its licence in its first lines; the licence's own text is there."""
import re

import tree

LINE = "SPDX-License-Identifier: EUPL-1.2"
SOURCES = (".c", ".h", ".cpp", ".py", ".sh", ".sql", ".css", ".ui", ".rules", "meson.build",
           "Makefile", ".svg")
LICENCE = "EUROPEAN UNION PUBLIC LICENCE v. 1.2"


def check(root):
    findings = []
    for path in tree.files(root):
        text = tree.text(root, path)
        source = path.endswith(SOURCES) or re.match(r"#!.*\b(sh|bash|python3)\b", text)
        if source and LINE not in "\n".join(text.splitlines()[:4]):
            findings.append(f"{path}: no \"{LINE}\" in its first lines")
    if "LICENSE" not in tree.files(root) or LICENCE not in tree.text(root, "LICENSE"):
        findings.append("LICENSE: the text of the EUPL 1.2 is missing")
    return findings
