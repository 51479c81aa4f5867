# SPDX-License-Identifier: EUPL-1.2
"""No path of one particular machine, and nothing that says that the work is unfinished."""
import re

import tree

# The patterns are written so that they do not find themselves.
MACHINE = re.compile(r"""(?<![\w./$}~*-])/(home|root|opt|mnt|media|wor[k]|far[m]|tmp/w[t])/[\w.]""")
UNFINISHED = re.compile(r"\b(TOD[O]|FIXM[E]|XX[X]|HAC[K]|not implemente[d]|for no[w]|"
                        r"placeholde[r](?![-_]text)|stubbe[d]|stu[b])\b")
CODE = (".c", ".h", ".cpp", ".py", ".sh", ".sql", ".build", ".ui", ".css", ".json", "Makefile")
IMAGES = (".png", ".jpg", ".jpeg", ".pdf", ".wsq", ".gz", ".ico", ".asice", ".mo")


def check(root):
    findings = []
    for path in tree.files(root):
        if path.endswith(IMAGES):
            continue
        for number, line in enumerate(tree.text(root, path).splitlines(), 1):
            if MACHINE.search(line):
                findings.append(f"{path}:{number}: names a path of one machine: {line.strip()}")
            found = UNFINISHED.search(line) if path.endswith(CODE) else None
            if found:
                findings.append(f"{path}:{number}: unfinished: \"{found.group()}\"")
    return findings
