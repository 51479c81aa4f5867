# SPDX-License-Identifier: EUPL-1.2
"""Every C file is as clang-format 14 leaves it (.clang-format; `make format` mends)."""
import re
import shutil
import subprocess

import tree

TOOL = "clang-format-14"


def missing():
    return None if shutil.which(TOOL) else f"{TOOL} is not installed"


def check(root):
    names = tree.files(root, ".c", ".h")
    if not names:
        return []
    done = subprocess.run([TOOL, "--dry-run", "-Werror", "--style=file"] + names, cwd=root,
                          stderr=subprocess.PIPE, text=True, check=False)
    wrong = sorted(set(re.findall(r"^(\S+?):\d+:\d+: error", done.stderr, re.M)))
    if done.returncode != 0 and not wrong:
        wrong = [done.stderr.strip()]
    return [f"{name}: not formatted; run make format" for name in wrong]
