#!/usr/bin/python3
# SPDX-License-Identifier: EUPL-1.2
"""Audits the real window (WCAG 2.1, EN 301 549 ch. 11) and writes the page of results.

usage: audit.py AUDIT-WINDOW slice|whole|controls [PAGE] [PICTURES]. Run by with-display.sh. Names, roles and
descriptions are read through AT-SPI, as a screen reader has them; sizes, places and pixels come
from the window itself (walk.c); keys are real."""
import collections
import json
import os
import pathlib
import re
import subprocess
import sys
import time

HERE = pathlib.Path(__file__).resolve().parent
SOURCE = HERE.parents[2]
sys.path.insert(0, str(HERE.parent))
sys.dont_write_bytecode = True

import gi  # noqa: E402

gi.require_version("Atspi", "2.0")
from gi.repository import Atspi, GLib  # noqa: E402

import accessible_window as driver  # noqa: E402
from screens import ROLES, SLICE  # noqa: E402

LANGUAGES, PERCENTS, THEMES = ("fr", "en", "ar"), (100, 200), ("light", "dark")
SIZE = {100: (1280, 800), 200: (1280, 800)}
OTHER_SIZES = ((1024, 768, 200), (1920, 1080, 100), (1080, 1920, 200))
MUTE = {"filler", "unknown", "panel", "generic", "invalid"}
# what stops a person; the others are told and counted
BLOCKING = {"name", "role", "class-name", "target", "contrast", "edge", "fit", "cut", "focus-ring",
            "reach", "trap", "order", "error", "error-focus", "doubled", "direction", "restless"}


def is_wrong(states):
    """GTK 4.8 says "invalid" where AT-SPI means "invalid entry"."""
    return states.contains(Atspi.StateType.INVALID_ENTRY) or \
        states.contains(Atspi.StateType.INVALID)


class Auditor:
    def __init__(self, program, role="agent", pictures=None):
        self.process = subprocess.Popen([program, role], stdin=subprocess.PIPE,
                                        stdout=subprocess.PIPE, text=True)
        self.role, self.pictures, self.screen = role, pictures, "start"
        self.read()
        self.faults = []
        self.counts = collections.Counter()
        self.classes = set()
        self.style = ("fr", 100, "light", 1280, 800)

    def read(self):
        line = self.process.stdout.readline()
        if not line:
            raise SystemExit("audit-window ended")
        return json.loads(line)

    def tell(self, *words):
        self.process.stdin.write("\t".join(str(word) for word in words) + "\n")
        self.process.stdin.flush()
        answer = self.read()
        if answer.get("rests") is False:
            self.fault("restless", f"never comes to rest after {words}")
        return answer

    def close(self):
        self.process.stdin.close()
        self.process.wait(20)

    # --- going ---

    def dress(self, language, percent, theme, width, height):
        self.style = (language, percent, theme, width, height)
        self.tell("style", *self.style)

    def go(self, name, way):
        """From where the role begins, each time: what a screen needs is in its line."""
        self.screen = name
        self.tell("calm")
        if self.role == "citizen":
            self.tell("kiosk", "stop")
            self.tell("press", "kiosk-tile", "1")  # it forgets who was there, and the language
            if self.style[0] != "fr":
                self.tell("press", "kiosk-language", LANGUAGES.index(self.style[0]) - 1)
        else:
            self.tell("action", "win.close-panel")
            # "login" does nothing in an open session
            self.tell("action", "win.home" if ("login",) in way else "win.lock")
        for step in way:
            self.tell(*step)
        self.classes |= set(self.tell("page")["pages"].split())

    # --- judging ---

    def fault(self, kind, what):
        self.faults.append((kind, self.screen, self.style, what))

    def look(self):
        seen = self.tell("look")
        self.counts["views"] += 1
        for what in ("controls", "texts", "edges"):
            self.counts[what] += seen[what]
        for fault in seen["faults"]:
            self.fault(fault["kind"], fault["what"])

    def rings(self):
        seen = self.tell("rings")
        self.counts["rings"] += seen["controls"]
        for fault in seen["faults"]:
            self.fault(fault["kind"], fault["what"])

    def keys(self):
        self.focus_window()
        seen = self.tell("tabs")
        self.counts["key walks"] += 1
        for missed in seen["missed"]:
            self.fault("reach", missed)
        if seen["moves"] < seen["presses"] - 3:
            self.fault("trap", f"{seen['presses']} presses of Tab moved the focus {seen['moves']} "
                               f"times; it stayed on {self.tell('focus')['focus']}")
        # each round goes up once at its end, and once for each of two columns at most
        rounds = -(-seen["moves"] // max(seen["presses"] - 8, 1))
        if seen["upward"] > 3 * max(rounds, 1):
            self.fault("order", f"the focus went up {seen['upward']} times")

    def focus_window(self):
        found = subprocess.run(["xdotool", "search", "--onlyvisible", "--name", "^Guichet$"],
                               capture_output=True, text=True).stdout.split()
        if found:
            subprocess.run(["xdotool", "windowfocus", "--sync", found[-1]], capture_output=True)

    def nodes(self):
        context = GLib.MainContext.default()
        while context.pending():  # what the window has told since: the library keeps what it knows
            context.iteration(False)
        desktop = Atspi.get_desktop(0)
        for i in range(desktop.get_child_count()):
            application = desktop.get_child_at_index(i)
            if application is not None and application.get_process_id() == self.process.pid:
                yield from (n for n in driver.walk(application) if driver.has_extents(n))

    def names(self):
        """What assistive technology is told. (Pages that were shown before stay in GTK's tree:
        their controls are judged with those of now.)"""
        met, nodes = collections.Counter(), list(self.nodes())
        for node in nodes:
            try:
                self.judge(node, met)
            except GLib.Error:
                continue
        self.judge_errors(nodes)
        for (role, name), times in met.items():
            if times > 1:
                self.fault("twin", f"{times} × {role} « {name} »")

    def judge_errors(self, nodes):
        """Where answers are wrong, the hand is at one of them (WCAG 3.3.1)."""
        states = [node.get_state_set() for node in nodes]
        wrong = [s for s in states if is_wrong(s)]
        if wrong and not any(s.contains(Atspi.StateType.FOCUSED) for s in wrong):
            self.fault("error-focus", f"{len(wrong)} wrong answers, and the focus is elsewhere")

    def judge(self, node, met):
        role, name = node.get_role_name(), (node.get_name() or "").strip()
        states = node.get_state_set()
        if role in ("frame", "window", "application"):
            return
        if is_wrong(states):
            self.counts["described errors"] += 1
            told = [t.get_name() for relation in node.get_relation_set()
                    if relation.get_relation_type() == Atspi.RelationType.DESCRIBED_BY
                    for t in (relation.get_target(i) for i in range(relation.get_n_targets()))]
            if not any(re.match(r"(Erreur|Error|خطأ)", text or "") for text in told):
                self.fault("error", f"{role} « {name} » is wrong and does not say why: {told}")
        if not states.contains(Atspi.StateType.FOCUSABLE):
            return
        self.counts["names"] += 1
        if not name:
            self.fault("name", f"a {role} has no name")
        elif driver.CLASS_NAME.match(name) or name.startswith("_"):
            self.fault("class-name", f"a {role} is called {name}")
        elif re.fullmatch(r"(.{3,}) \1", name):
            self.fault("doubled", f"a {role} is called {name}")
        if role in MUTE:
            self.fault("role", f"« {name} » takes the focus as a {role}")
        if role in ("push button", "text"):
            met[role, name] += 1

    def words(self, missing):
        """Sentences on the screen that the catalogue of its language lacks."""
        for node in self.nodes() if missing else ():
            try:
                name = node.get_name() or ""
            except GLib.Error:
                continue
            if name in missing:
                self.fault("untranslated", name)


def page_classes():
    """Every page that the window can show, by its source."""
    found = set()
    for path in (SOURCE / "app/ui").rglob("*.c"):
        found |= {re.sub(r"PAGE$", "Page", name) for name in re.findall(
            r"G_DEFINE_FINAL_TYPE\((Guichet\w+), \w+,\s*GUICHET_TYPE_\w*PAGE\)", path.read_text())}
    return found


STYLES = [(language, percent, theme, *SIZE[percent])
          for language in LANGUAGES for percent in PERCENTS for theme in THEMES]
STYLES += [(language, percent, "light", width, height)
           for width, height, percent in OTHER_SIZES for language in ("fr", "ar")]
# the kiosk's type is large at 100 %, and its size is the display's
KIOSK_STYLES = [("fr", 100, "light", *SIZE[100]), ("fr", 100, "dark", *SIZE[100]),
                ("ar", 100, "light", *SIZE[100])]
KIOSK_DISPLAYS = ("1080x1920", "1920x1080")
FEW_STYLES = [("fr", 100, "light", 1280, 800), ("ar", 200, "dark", 1280, 800)]


def styles_of(role, whole):
    if role == "citizen":
        return KIOSK_STYLES if whole else KIOSK_STYLES[:1]
    return STYLES if whole else FEW_STYLES


def audit_view(auditor, style, whole, missing):
    language, percent, theme, _width, height = style
    auditor.look()
    if auditor.pictures:
        auditor.tell("picture", f"{auditor.pictures}/{auditor.screen}-" +
                     "-".join(str(word) for word in style) + ".png")
    if theme == "light" and percent == 100 and height == 800:
        auditor.names()
        auditor.words(missing.get(language, set()))
        if auditor.role != "second":  # a touch screen: the keyboard is the agent's
            auditor.keys()
    if language == "fr" and percent == 100 and height == 800 and whole:
        auditor.rings()


def audit(auditor, whole, missing):
    """All screens of one role in all its styles."""
    for style in styles_of(auditor.role, whole):
        auditor.screen = "style"
        auditor.dress(*style)
        for name, way in ROLES[auditor.role].items():
            if whole or name in SLICE:
                auditor.go(name, way)
                audit_view(auditor, style, whole, missing)


class Display:
    """A virtual display of another size, for what asks the display for its size."""
    def __init__(self, size):
        ours, its = os.pipe()
        self.server = subprocess.Popen(
            ["Xvfb", "-displayfd", str(its), "-screen", "0", f"{size}x24", "-noreset", "-nolisten",
             "tcp"], pass_fds=[its], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        os.close(its)
        with os.fdopen(ours) as told:
            self.name = f":{told.readline().strip()}"

    def __enter__(self):
        self.before = os.environ["DISPLAY"]
        os.environ["DISPLAY"] = self.name

    def __exit__(self, *_):
        os.environ["DISPLAY"] = self.before
        self.server.terminate()
        self.server.wait()


class Sum:
    """What all auditors found."""
    def __init__(self):
        self.faults, self.counts, self.classes = [], collections.Counter(), set()

    def run(self, program, role, whole, missing, pictures):
        auditor = Auditor(program, role, pictures)
        audit(auditor, whole, missing)
        auditor.close()
        self.faults += auditor.faults
        self.counts += auditor.counts
        self.classes |= auditor.classes


def audit_all(program, whole, missing, pictures):
    found = Sum()
    for role in ROLES:
        started = time.monotonic()
        found.run(program, role, whole, missing, pictures)
        print(f"{role}: {time.monotonic() - started:.0f} s, {len(found.faults)} faults so far",
              flush=True)
    for size in KIOSK_DISPLAYS if whole else ():
        KIOSK_STYLES[:] = [(language, 100, "light", *map(int, size.split("x")))
                           for language in ("fr", "ar")]
        with Display(size):
            found.run(program, "citizen", whole, missing, pictures)
    return found


CONTROLS = {"name": "class-name", "target": "target", "contrast": "contrast", "trap": "trap",
            "fit": "fit", "cut": "cut", "focus-ring": "focus-ring"}


def controls(program):
    """The audit is not blind: of each broken window it names the fault, and of a sound one none."""
    bad = 0
    print(f"1..{len(CONTROLS) + 1}", flush=True)
    for number, (name, kind) in enumerate([("sound", None), *CONTROLS.items()], 1):
        auditor = Auditor(program)
        auditor.tell("control", name)
        auditor.screen = name
        auditor.look()
        auditor.names()
        auditor.keys()
        auditor.rings()
        auditor.close()
        kinds = {fault[0] for fault in auditor.faults} & BLOCKING
        good = kind in kinds if kind else not kinds
        bad += not good
        print(f"{'ok' if good else 'not ok'} {number} - {name}: {sorted(kinds) or 'no fault'}",
              flush=True)
        for fault in auditor.faults if not good else []:
            print(f"# {fault}")
    return 1 if bad else 0


def untranslated():
    sys.path.insert(0, str(SOURCE / "tests/lint"))
    import catalogues
    if catalogues.missing():
        return {}
    pot = catalogues.collect(str(SOURCE))
    found = {}
    for language in ("en", "ar"):
        blocks = catalogues.untranslated(str(SOURCE), language, pot)
        found[language] = {"".join(re.findall(r'^(?:msgid )?"(.*)"$', block.split("msgstr")[0],
                                              re.M)) for block in blocks}
    return found


def describe(style):
    language, percent, theme, width, height = style
    return f"{language}, {percent} %, {theme}, {width} × {height}"


ROWS = (  # what, the count of what was looked at, kinds of fault, clause of EN 301 549 (= WCAG)
    ("names and roles, through AT-SPI", "names", ("name", "class-name", "role", "doubled"),
     "11.4.1.2, 11.5.2.5"),
    ("controls of at least 44 × 44 px", "controls", ("target",), "2.5.5 (AAA, our choice)"),
    ("contrast of text, from pixels", "texts", ("contrast",), "11.1.4.3"),
    ("contrast of icons and of the line under an answer", "edges", ("edge",), "11.1.4.11"),
    ("text cut or shortened", "texts", ("cut",), "11.1.4.4"),
    ("views that fit without scrolling sideways", "views", ("fit",), "11.1.4.10"),
    ("walks by Tab: all reached, no trap", "key walks", ("reach", "trap"), "11.2.1.1, 11.2.1.2"),
    ("walks by Tab: order", "key walks", ("order",), "11.2.4.3"),
    ("rings round the focus, from pixels", "rings", ("focus-ring",), "11.2.4.7"),
    ("wrong answers that say why, and have the focus", "described errors",
     ("error", "error-focus"), "11.3.3.1, 11.3.3.3"),
    ("views that run in the direction of their language", "views", ("direction",), "11.3.1.1"),
    ("views that come to rest: nothing blinks or moves", "views", ("restless",), "11.2.2.2"),
    ("told only: two controls of one name", "names", ("twin",), ""),
    ("told only: sentences not translated yet", "views", ("untranslated",), "11.3.1.2"),
)

REST = """Tested elsewhere: what a screen reader says of a whole request, from login to slip
(`tests/ui/transcript/`, `ui-transcript`); time-outs: a warning 60 s before the lock (30 s at the
kiosk), put off by any key, the draft kept (`tests/ui/test-templates.c`, `test-citizen.py`; 11.2.2.1);
all pairs of both palettes (`contrast.py`); a review page before every deposit (11.3.3.4); the tags of
the printed slip (`service-slip`; clause 10).

By hand at each release: Orca by ear, grey scale, a switch, touch. No fingerprint is ever the only
way (clause 5.3): each capture has « Impossible parce que… »."""


def report(found, seconds):
    """The page, and the number of faults that stop a person."""
    kinds = collections.Counter(kind for kind, *_ in found.faults)
    blocking = sum(number for kind, number in kinds.items() if kind in BLOCKING)
    screens = [name for table in ROLES.values() for name in table]
    lines = ["<!-- SPDX-License-Identifier: EUPL-1.2 -->", "# Accessibility of the window", "",
             "Written by `tests/ui/audit/audit.py`, not by hand: `meson test -C build --suite "
             "campaign ui-audit-whole`. Reference: EN 301 549 V3.2.1 clause 11, WCAG 2.1 AA.", "",
             f"**{blocking} blocking faults** in {found.counts['views']} views of {len(screens)} "
             f"screens: the desk's × {len(LANGUAGES)} languages × 100 and 200 % × light and dark, and "
             "at 1024 × 768, 1920 × 1080, 1080 × 1920; the kiosk's in French, light and dark, and in Arabic, at "
             "1280 × 800, 1080 × 1920, 1920 × 1080.", "",
             "| what | clause | looked at | faults |", "|---|---|---|---|"]
    lines += [f"| {what} | {clause} | {found.counts[key]} | {sum(kinds[k] for k in of)} |"
              for what, key, of, clause in ROWS]
    lines += ["", REST, ""]
    lines += [f"Screens ({role}): {', '.join(table)}.\n" for role, table in ROLES.items()]
    return "\n".join(lines).rstrip("\n") + "\n", blocking


def tell(found):
    told = collections.Counter((kind, screen, what) for kind, screen, _, what in found.faults)
    for (kind, screen, what), number in sorted(told.items()):
        style = next(describe(s) for k, sc, s, w in found.faults
                     if (k, sc, w) == (kind, screen, what))
        print(f"{'' if kind in BLOCKING else 'told: '}{kind}: {screen}: {what} ({number} ×; "
              f"first {style})")


def main():
    program, mode = sys.argv[1:3]
    if mode == "controls":
        return controls(program)
    page = sys.argv[3] if len(sys.argv) > 3 else None
    pictures = sys.argv[4] if len(sys.argv) > 4 else None
    whole, started = mode == "whole", time.monotonic()
    found = audit_all(program, whole, untranslated() if whole else {}, pictures)
    text, blocking = report(found, time.monotonic() - started)
    if page:
        pathlib.Path(page).write_text(text, encoding="utf-8")
    tell(found)
    unseen = page_classes() - found.classes if whole else set()
    if unseen:
        print("no screen of screens.py shows: " + ", ".join(sorted(unseen)))
    print(f"{time.monotonic() - started:.0f} s; {dict(found.counts)}; {blocking} blocking")
    return 1 if blocking or unseen else 0


if __name__ == "__main__":
    sys.exit(main())
