# SPDX-License-Identifier: EUPL-1.2
"""The files of a tree: what git tracks, or all of it where there is no git (a source package)."""
import os
import subprocess

SKIPPED = {".git", "debian", "__pycache__"}


def files(root, *suffixes):
    """Relative paths, sorted, of files whose names end in one of @suffixes (all without)."""
    names = _tracked(root) or _walked(root)
    return sorted(n for n in names
                  if os.path.isfile(os.path.join(root, n)) and n.endswith(suffixes or ("",)))


def text(root, name):
    with open(os.path.join(root, name), encoding="utf-8", errors="replace") as file:
        return file.read()


def _tracked(root):
    if not os.path.exists(os.path.join(root, ".git")):
        return []
    git = ["git", "-c", "safe.directory=*", "-C", root, "ls-files", "-z"]
    done = subprocess.run(git, stdout=subprocess.PIPE, check=True)
    return [name for name in done.stdout.decode().split("\0") if name]


def _walked(root):
    found = []
    for folder, folders, names in os.walk(root):
        folders[:] = [f for f in folders if f not in SKIPPED
                      and not os.path.exists(os.path.join(folder, f, "build.ninja"))]
        found += [os.path.relpath(os.path.join(folder, name), root) for name in names]
    return found
