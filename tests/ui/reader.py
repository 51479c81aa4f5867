# SPDX-License-Identifier: EUPL-1.2
"""What a screen reader would say of the window: the words that Orca makes, in French, of the
control that takes the focus and of the states that change on it, from AT-SPI's events alone.

GTK 4.8 tells of no text that merely appears (no live regions): what is not on the control that has
the focus, in its name, value, description or in the group round it, is not said."""
import re
import time

import gi

gi.require_version("Atspi", "2.0")
from gi.repository import Atspi, GLib  # noqa: E402

ROLES = {"push button": "bouton", "text": "zone de saisie", "password text": "mot de passe",
         "radio button": "bouton radio", "check box": "case à cocher", "list item": "élément de liste",
         "toggle button": "bouton à bascule", "heading": "titre", "label": "étiquette",
         "list": "liste", "scroll pane": "zone de défilement", "alert": "alerte",
         "grouping": "groupe", "panel": "groupe", "filler": "", "frame": "fenêtre"}
QUIET_S, POLL_S = 0.35, 0.02
MASKS = ((r"\b\d{1,2}:\d\d\b", "hh:mm"), (r"\b\d{1,2} h \d\d\b", "hh h mm"),
         (r"\b(lundi|mardi|mercredi|jeudi|vendredi|samedi|dimanche) \d+(er)? \w+ \d{4}\b", "JOUR"),
         (r"\b\d{1,2}(er)? (janvier|février|mars|avril|mai|juin|juillet|août|septembre|octobre|"
          r"novembre|décembre) \d{4}\b", "DATE"), (r"\b\d\d/\d\d/20[23]\d\b", "DATE"),
         (r"/\S+\.pdf\b", "FICHIER"))
# containers that stand round everything
FRAMES = {"Contenu de la page", "Contenu de l’étape", "Guichet"}


def safe(call, otherwise):
    try:
        return call()
    except GLib.Error:
        return otherwise


def plain(text):
    """With blanks that break: which one is set is for the eye."""
    return (text or "").replace("\u00a0", " ").replace("\u202f", " ")


def text_of(node):
    text = safe(node.get_text_iface, None)
    return safe(lambda: Atspi.Text.get_text(text, 0, Atspi.Text.get_character_count(text)), "") \
        if text is not None else ""


def name_of(node):
    name = plain(safe(node.get_name, "")).strip()
    return "" if re.match(r"(Gtk|Gdk|Guichet)[A-Z]", name) else name


def described_by(node):
    """Descriptions: the property, then the words of what describes the control, if they are shown."""
    parts = [plain(safe(node.get_description, ""))]
    for relation in safe(node.get_relation_set, []) or []:
        if relation.get_relation_type() == Atspi.RelationType.DESCRIBED_BY:
            parts += [name_of(relation.get_target(i)) for i in range(relation.get_n_targets())]
    return [part for part in dict.fromkeys(parts) if part]


def place_of(node, role):
    """"2 sur 5" among its likes."""
    parent = safe(node.get_parent, None)
    if role not in ("radio button", "list item") or parent is None:
        return ""
    likes = [c for c in (safe(lambda i=i: parent.get_child_at_index(i), None)
                         for i in range(safe(parent.get_child_count, 0)))
             if c is not None and safe(c.get_role_name, "") == role]
    return f"{likes.index(node) + 1} sur {len(likes)}" if node in likes and len(likes) > 1 else ""


def state_of(node, role):
    states = node.get_state_set()
    said = []
    if role in ("radio button", "check box"):
        said.append("coché" if states.contains(Atspi.StateType.CHECKED) else "non coché")
    if role == "toggle button":
        said.append("enfoncé" if states.contains(Atspi.StateType.PRESSED) else "non enfoncé")
    if not states.contains(Atspi.StateType.SENSITIVE):
        said.append("grisé")
    if states.contains(Atspi.StateType.INVALID_ENTRY):
        said.append("saisie incorrecte")
    return said


def groups_of(node):
    """Named containers round @node, the outermost first."""
    found = []
    parent = safe(node.get_parent, None)
    while parent is not None and safe(parent.get_role_name, "application") != "application":
        name = name_of(parent)
        if name and name not in FRAMES:
            found.insert(0, (name, safe(parent.get_role_name, "")))
        parent = safe(parent.get_parent, None)
    return found


class Reader:
    def __init__(self):
        self.groups, self.lines = [], []
        self.focus, self.changed_s = None, time.monotonic()
        self.listener = Atspi.EventListener.new(self.on_event)
        for event in ("object:state-changed:focused", "object:state-changed:checked",
                      "object:state-changed:pressed"):
            self.listener.register(event)

    def on_event(self, event):
        if not event.detail1:
            return
        if safe(event.source.get_role_name, "application") in ("frame", "window", "application"):
            return
        if event.type.startswith("object:state-changed:focused"):
            self.focus = event.source
        self.changed_s = time.monotonic()

    def pump(self):
        context = GLib.MainContext.default()
        while context.pending():
            context.iteration(False)

    def rest(self):
        """Until nothing was told for a while: a reader of the screen is interrupted until then."""
        while time.monotonic() - self.changed_s < QUIET_S:
            self.pump()
            time.sleep(POLL_S)

    def focus_name(self):
        self.pump()
        return name_of(self.focus) if self.focus is not None else ""

    def description(self):
        """Of what has the focus, now."""
        self.pump()
        if self.focus is not None:
            self.focus.clear_cache()
        return " ".join(described_by(self.focus)) if self.focus is not None else ""

    def say(self, node):
        """One line of speech for @node, with what is new round it."""
        node.clear_cache()
        role = safe(node.get_role_name, "")
        groups = groups_of(node)
        new = [f"{name}{', liste' if kind == 'list' else ''}" for name, kind in groups
               if (name, kind) not in self.groups and name != name_of(node)]
        self.groups = groups
        parts = new + [name_of(node) or "SANS NOM", ROLES.get(role, role), *state_of(node, role)]
        if role in ("text", "password text"):
            parts.append(text_of(node) if role == "text" else "")
        parts += [place_of(node, role), *described_by(node)]
        return mask("; ".join(part for part in parts if part))

    def step(self, done):
        """After the clerk did @done: a line for that, then what is said."""
        self.rest()
        line = self.say(self.focus) if self.focus is not None else "(silence)"
        self.lines += [f"> {done}", line]
        return line


def mask(text):
    for pattern, word in MASKS:
        text = re.sub(pattern, word, text)
    return text
