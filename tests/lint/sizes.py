# SPDX-License-Identifier: EUPL-1.2
"""Functions of at most 60 lines, files of at most 600. exceptions.txt: PATH[:FUNCTION] LIMIT why."""
import os
import re

import tree

FUNCTION_LINES, FILE_LINES = 60, 600
EXCEPTIONS = "tests/lint/exceptions.txt"
NAME = re.compile(r"^\**(\w+)\(")


def check(root):
    exceptions, findings = _read_exceptions(root)
    used = set()
    for path in tree.files(root, ".c", ".h", ".py", ".sh"):
        lines = tree.text(root, path).splitlines()
        sizes = [(path, len(lines), FILE_LINES)]
        if path.endswith(".c"):
            sizes += [(f"{path}:{name}", size, FUNCTION_LINES) for name, size in _functions(lines)]
        for name, size, limit in sizes:
            if size > limit:
                used.add(name)
            if size > max(limit, exceptions.get(name, 0)):
                findings.append(f"{name}: {size} lines, more than {limit}")
    findings += [f"{EXCEPTIONS}: {name} needs no exception any more"
                 for name in sorted(set(exceptions) - used)]
    return findings


def _functions(lines):
    """(name, lines from brace to brace): the house puts both in column one."""
    name, start = "?", None
    for number, line in enumerate(lines):
        if NAME.match(line):
            name = NAME.match(line).group(1)
        if line == "{":
            start = number
        elif line.startswith("}") and start is not None:
            yield name, number - start + 1
            start = None


def _read_exceptions(root):
    exceptions, findings = {}, []
    if not os.path.exists(os.path.join(root, EXCEPTIONS)):
        return exceptions, findings
    for line in tree.text(root, EXCEPTIONS).splitlines():
        if not line or line.startswith("#"):
            continue
        fields = line.split(None, 2)
        if len(fields) < 3 or not fields[1].isdigit() or len(fields[2]) < 15:
            findings.append(f"{EXCEPTIONS}: not \"PATH[:FUNCTION] LIMIT reason\": {line}")
        else:
            exceptions[fields[0]] = int(fields[1])
    return exceptions, findings
