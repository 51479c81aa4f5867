#!/usr/bin/env python3
# SPDX-License-Identifier: EUPL-1.2
"""run.py LINT [ROOT]: prints what the lint finds. Status 0 clean, 1 findings, 77 tool missing."""
import importlib
import sys
from pathlib import Path


def main():
    here = Path(__file__).resolve().parent
    sys.dont_write_bytecode = True
    lint = importlib.import_module(sys.argv[1])
    root = Path(sys.argv[2]) if len(sys.argv) > 2 else here.parent.parent
    reason = lint.missing() if hasattr(lint, "missing") else None
    if reason:
        print(f"skipped: {reason}")
        return 77
    findings = lint.check(str(root))
    for note in getattr(lint, "notes", lambda root: [])(str(root)):
        print(note)
    print("\n".join(findings) or f"{sys.argv[1]}: clean")
    return 1 if findings else 0


if __name__ == "__main__":
    sys.exit(main())
