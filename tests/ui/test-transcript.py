#!/usr/bin/python3
# SPDX-License-Identifier: EUPL-1.2
"""A whole passport request, from login to slip, in the fewest keystrokes, by ear: what a screen
reader says is compared with transcript/passport.fr.txt, and what the clerk did is counted.

usage: test-transcript.py BUILD RESULTS. Run by at-desk.sh at an emulated desk. A keystroke is one
press of a key other than a modifier, as it is sent to the display; an action is one chord, or one
answer typed, however long. What hands do beside the keyboard (lay a page, place a finger) is not
counted: the emulators do it. GUICHET_TRANSCRIPT=write writes the transcript anew."""
import difflib
import os
import pathlib
import subprocess
import sys
import tempfile
import time

HERE = pathlib.Path(__file__).resolve().parent
SOURCE = HERE.parents[1]
sys.path.insert(0, str(HERE))
sys.path.insert(0, str(SOURCE / "tests/demo"))

import demo as house  # noqa: E402
import accessible_window as driver  # noqa: E402
import reader as speech  # noqa: E402

TRANSCRIPT = HERE / "transcript/passport.fr.txt"
MOST_KEYS, MOST_ACTIONS = 400, 80

ON = "Suivant"
# Kind, what is pressed or typed, the beginning of the name of what has the focus then.
# "type" ends with Enter; "last" with Ctrl+Enter, which leaves the step; "key" is one chord; "ear" too,
# but only to hear what others see, so it is not counted. Last, what must be said with it, if that
# comes a moment later.
PARTS = [
    ("session", [
        ("type", "amelie", "Phrase de passe"),
        ("secret", house.PASSPHRASE, "Nouvelle demande (F2)")]),
    ("démarche", [
        ("key", "F2", "Carte nationale d’identité"),
        ("key", "p", "Passeport"),
        ("key", "Return", "Première demande")]),
    ("motif", [
        ("key", "r", "Renouvellement"),
        ("key", "Return", "Un titre valide"),
        ("key", "Return", "Numéro de pré-demande"),
        ("key", "ctrl+Return", "Nom de naissance")]),
    ("état civil", [
        ("type", "exemple", "Nom d’usage"),
        ("key", "Return", "Prénoms"),
        ("type", "Camille, Jeanne", "Féminin"),
        ("key", "Return", "Date de naissance"),
        ("type", "14071990", "Commune de naissance"),
        ("type", "lille", "Pays de naissance"),
        ("type", "france", "Un parent français"),
        ("key", "Return", "Taille en centimètres"),
        ("type", "168", "Bleus"),
        ("key", "m", "Marron"),
        ("key", "ctrl+Return", "Nom de naissance du premier")]),
    ("filiation", [
        ("type", "exemple", "Prénoms du premier parent"),
        ("last", "Paul", "Numéro et voie")]),
    ("adresse", [
        ("type", "12 rue des Essais", "Complément"),
        ("key", "Return", "Pays, si"),
        ("key", "Return", "Code postal"),
        ("type", "59000", "Commune"),
        ("last", "lille", "Par SMS")]),
    ("suivi", [
        ("key", "n", "Ne pas prévenir"),
        ("key", "ctrl+Return", "Scanner une page")]),
    ("pièces", [
        ("key", "Return", ON),
        ("key", "Return", "Scanner une page"),
        ("key", "Return", ON),
        ("key", "Return", "Prendre la photo")]),
    ("photo", [
        ("key", "Return", ON),
        ("key", "Return", "Prendre l’empreinte")]),
    ("empreintes", [
        ("key", "Return", "Continuer"),
        ("key", "Return", ON),
        ("key", "Return", "Contenu de l’étape")]),
    ("relecture et scellement", [
        ("ear", "Tab", "Modifier : Motif"),
        ("ear", "Tab", "Modifier : État civil"),
        ("ear", "Tab", "Modifier : Filiation"),
        ("ear", "Tab", "Modifier : Adresse"),
        ("ear", "Tab", "Modifier : Contact"),
        ("ear", "Tab", "Modifier : Pièces"),
        ("ear", "Tab", "Modifier : Photo"),
        ("ear", "Tab", "Modifier : Empreintes"),
        ("key", "ctrl+Return", "Enregistrer l’attestation")]),
    ("attestation", [
        ("key", "Return", "Enregistrer l’attestation", "Attestation enregistrée")]),
]


class Hand:
    """The injector: every key goes through here, and is counted."""
    def __init__(self, window, reader):
        self.window, self.reader = window, reader
        self.parts = []

    def count(self, keys):
        self.parts[-1][1] += keys
        self.parts[-1][2] += 1

    def wait(self, lands):
        starts = tuple(lands.split("|"))
        self.window.wait(lambda: self.reader.focus_name().startswith(starts),
                         f"the focus on « {lands} »", 60)

    def do(self, kind, what, lands, hears=""):
        text, end = ("", what) if kind in ("key", "ear") else \
            (what, "ctrl+Return" if kind == "last" else "Return")
        if text:
            self.window.type(text)
        self.window.press(end)
        if kind != "ear":
            self.count(len(text) + 1)
        self.wait(lands)
        self.window.wait(lambda: hears in self.reader.description(), f"« {hears} » to be said", 60)
        shown = "(phrase de passe)" if kind == "secret" else text
        self.reader.step(f"{shown} {end}".strip())

    def work(self, parts):
        for name, moves in parts:
            self.parts.append([name, 0, 0])
            began = time.monotonic()
            self.reader.lines.append(f"\n[{name}]")
            for move in moves:
                self.do(*move)
            self.parts[-1].append(time.monotonic() - began)


class Request:
    def __init__(self, build, folder, **others):
        self.demo = house.Demo(build, folder)
        environment = {**self.demo.environment, "G_DEBUG": "fatal-criticals",
                       "XDG_RUNTIME_DIR": os.environ["XDG_RUNTIME_DIR"], **others}
        self.window = driver.Window(build / "app/ui/guichet", self.demo.station, environment,
                                    build / "screenshots")

    def open(self):
        reader = speech.Reader()
        self.window.start()
        reader.focus = self.window.wait(self.find_focus, "the login page")
        reader.lines.append("[ouverture]")
        reader.step("(le poste s’ouvre)")
        return reader

    def find_focus(self):
        """What had the focus before anybody listened."""
        return self.window.find("Agent", "text") if self.window.focused()[1] == "Agent" else None

    def listen(self, parts):
        """What is said while @parts are done, line by line; and the counts."""
        reader = self.open()
        hand = Hand(self.window, reader)
        try:
            hand.work(parts)
        finally:
            self.lines = reader.lines
        return hand.parts


def show(parts):
    print(f"# {'':<26}{'keys':>6}{'actions':>9}{'seconds':>9}")
    total = ["all of it", *(sum(part[i] for part in parts) for i in (1, 2, 3))]
    for name, keys, actions, seconds in [*parts, total]:
        print(f"# {name:<26}{keys:>6}{actions:>9}{seconds:>9.1f}")
    return total


BLANK = "Phrase de passe"  # the label that the control takes away


def take_label_away(folder):
    """A catalogue that makes one label of the real window empty, and changes nothing else."""
    place = folder / "po/fr/LC_MESSAGES"
    place.mkdir(parents=True)
    source = folder / "fr.po"
    source.write_text('msgid ""\nmsgstr "Content-Type: text/plain; charset=UTF-8\\n"\n\n'
                      f'msgid "{BLANK}"\nmsgstr " "\n', encoding="utf-8")
    subprocess.run(["msgfmt", "-o", place / "guichet.mo", source], check=True)
    return folder / "po"


def control(build, folder):
    """The same beginning in a window with one label less: the comparison must see it."""
    request = Request(build, folder, GUICHET_LOCALEDIR=str(take_label_away(folder)))
    request.demo.enrol()
    try:
        request.listen([("session", [("type", "amelie", "")])])
    finally:
        request.demo.stop_centre()
        if request.window.process is not None:
            request.window.kill()
    if not any("SANS NOM" in line for line in request.lines):
        return [f"said: {request.lines}"]
    return [] if compare(request.lines) else ["the transcript did not differ"]


def compare(lines):
    """Lines that differ from the transcript that was read by somebody."""
    if os.environ.get("GUICHET_TRANSCRIPT") == "write" and len(lines) > 20:
        TRANSCRIPT.write_text("\n".join(lines).strip() + "\n", encoding="utf-8")
    kept = TRANSCRIPT.read_text(encoding="utf-8").splitlines() if TRANSCRIPT.exists() else []
    said = "\n".join(lines).strip().splitlines()
    return [line for line in difflib.unified_diff(kept[:len(said)], said, "kept", "said", n=0,
                                                  lineterm="")]


def run(build, folder):
    request = Request(build, folder)
    request.demo.enrol()
    try:
        parts = request.listen(PARTS)
    finally:
        for line in "\n".join(request.lines).splitlines():
            print(f"# {line}")
        request.demo.stop_centre()
        if request.window.process is not None:
            request.window.kill()
    total = show(parts)
    faults = compare(request.lines)
    faults += [f"without a name: {line}" for line in request.lines if "SANS NOM" in line]
    for name, most, number in (("keys", MOST_KEYS, total[1]), ("actions", MOST_ACTIONS, total[2])):
        if number > most:
            faults.append(f"{number} {name}, {most} were enough")
    return faults


def main():
    build = pathlib.Path(sys.argv[1]).resolve()
    # the bus's daemons write to the standard output too: the results have a file of their own
    sys.stdout = open(sys.argv[2], "w", encoding="utf-8", buffering=1)
    tests = [("a blind clerk hears a whole request", run),
             ("a label taken away is missed", control)]
    print(f"1..{len(tests)}")
    bad = 0
    for number, (name, test) in enumerate(tests, 1):
        with tempfile.TemporaryDirectory(prefix="guichet-ui-") as folder:
            try:
                faults = test(build, pathlib.Path(folder))
            except (driver.Failure, SystemExit) as failure:
                faults = str(failure).splitlines()
        for fault in faults:
            print(f"# {fault}")
        bad += bool(faults)
        print(f"{'not ok' if faults else 'ok'} {number} - {name}")
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())
