#!/usr/bin/python3
# SPDX-License-Identifier: EUPL-1.2
"""The window in Arabic, on a real station: mirrored, nothing cut, nothing left in French.

usage: test-rtl.py AUDIT-WINDOW. The audit judges each screen; pictures in build/screenshots."""
import os
import pathlib
import sys

sys.dont_write_bytecode = True
sys.path[:0] = [str(pathlib.Path(__file__).parent), str(pathlib.Path(__file__).parent / "audit")]

import audit  # noqa: E402

STYLE = ("ar", 100, "light", 1280, 800)
SCREENS = {
    "agent": ("connexion", "journée", "guide-question", "vos-pièces", "demande-erreurs",
              "demande-contact", "pièces", "relecture", "dépôt", "confort"),
    "citizen": ("borne-bonjour", "borne-choix", "borne-question", "borne-question-texte",
                "borne-papiers", "borne-relecture", "borne-fin"),
    "second": ("second-écran-accueil", "second-écran-relecture"),
}


def look(program, role, pictures, missing):
    """The faults of all screens of @role."""
    auditor = audit.Auditor(program, role)
    auditor.dress(*STYLE)
    for name in SCREENS[role]:
        auditor.go(name, audit.ROLES[role][name])
        auditor.look()
        auditor.words(missing)
        auditor.tell("picture", f"{pictures}/rtl-{name}.png")
    auditor.close()
    return [fault for fault in auditor.faults if fault[0] in audit.BLOCKING | {"untranslated"}]


def main():
    pictures = pathlib.Path(os.environ["GUICHET_BUILD"]) / "screenshots"
    pictures.mkdir(exist_ok=True)
    missing = audit.untranslated().get("ar", set())
    bad = 0
    print(f"1..{len(SCREENS)}", flush=True)
    for number, role in enumerate(SCREENS, 1):
        faults = look(sys.argv[1], role, pictures, missing)
        for fault in faults:
            print(f"# {fault}")
        bad += bool(faults)
        print(f"{'not ok' if faults else 'ok'} {number} - {len(SCREENS[role])} screens of the "
              f"{role} run from right to left", flush=True)
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())
