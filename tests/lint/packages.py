# SPDX-License-Identifier: EUPL-1.2
"""The small files of a system are well formed: package list, scripts, desktop entries."""
import re
import shutil
import subprocess

import tree

SECTIONS = ["run", "build", "test", "deb", "bench"]
LIST = "packaging/dependencies"


def check(root):
    findings = []
    if LIST in tree.files(root):
        findings += _check_list(tree.text(root, LIST))
    for path in tree.files(root):
        if re.match(r"#!\s*/bin/(ba)?sh", tree.text(root, path)):
            findings += _run(root, path, [re.match(r"#!\s*(\S+)", tree.text(root, path))[1], "-n"])
    if shutil.which("desktop-file-validate"):
        for path in tree.files(root, ".desktop"):
            findings += _run(root, path, ["desktop-file-validate"])
    return findings


def _check_list(text):
    findings, seen, section = [], {}, None
    for line in text.splitlines():
        line = line.split("#")[0].strip()
        if line.startswith("["):
            section = line.strip("[]")
            seen[section] = []
        elif line and not re.fullmatch(r"[a-z0-9][a-z0-9.+-]+|[a-z]", line):
            findings.append(f"{LIST}: not a package name: {line}")
        elif line:
            findings += [f"{LIST}: {line} stands twice" for names in seen.values() if line in names]
            seen.setdefault(section, []).append(line)
    findings += [f"{LIST}: no package in [{name}]" for name in SECTIONS if not seen.get(name)]
    return findings


def _run(root, path, command):
    done = subprocess.run(command + [path], cwd=root, stdout=subprocess.PIPE,
                          stderr=subprocess.STDOUT, text=True, check=False)
    return [] if done.returncode == 0 else [f"{path}: {done.stdout.strip()}"]
