# SPDX-License-Identifier: EUPL-1.2
"""The screens that are audited, by role: one line each, name and the way to it from where the role
begins (the login page; the citizen's welcome).

A step is (command, argument…) of audit-window.c. A new page class needs a line here: the audit
fails for a class that no screen shows."""

LOGIN = [("login",)]
PASSPORT = LOGIN + [("draft", "passport")]
FILLED = LOGIN + [("draft", "filled")]
OTHER = LOGIN + [("draft", "other")]
GUIDE = LOGIN + [("action", "win.guide", "true")]


def step(name, way=None):
    return (way or PASSPORT) + [("action", "win.go-step", name)]


AGENT = {
    "connexion": [],
    "connexion-refusée": [("press", "primary")],
    "journée": LOGIN,
    "veille-annoncée": LOGIN + [("warn",)],
    "recherche": LOGIN + [("action", "win.search"), ("entry", "0", "cas")],
    "remise": LOGIN + [("open", "title")],
    "remise-refusée": LOGIN + [("open", "title"), ("entry", "0", "99ZZ99999"), ("press", "primary")],
    "recueil-complémentaire": LOGIN + [("open", "asked"), ("wait", "GuichetAssistant")],
    "nouvelle-demande": LOGIN + [("action", "win.new")],
    "guide": GUIDE,
    "guide-question": GUIDE + [("press", "answer", "0")],
    "vos-pièces": GUIDE + 6 * [("press", "answer", "0")],
    "tableau-de-bord": LOGIN + [("action", "win.dashboard")],
    "envois": LOGIN + [("action", "win.queue")],
    "diagnostic": LOGIN + [("action", "win.diagnostic")] + [("settle", "2000")] * 4,
    "demande-motif": step("situation"),
    "demande-état-civil": step("civil-status"),
    "demande-erreurs": step("civil-status") + [("entry", "3", "31/02/19"), ("action", "win.next")],
    "demande-filiation": step("filiation"),
    "demande-adresse": step("address"),
    "demande-contact": step("contact"),
    "pièces": step("papers"),
    "pièces-acceptées": step("papers", FILLED),
    "pièce-impossible": step("papers") + [("press", "quiet")],
    "photo": step("photo"),
    "photo-prise": step("photo", FILLED),
    "empreintes": step("prints"),
    "empreintes-prises": step("prints", FILLED),
    "relecture-incomplète": step("summary"),
    "relecture": step("summary", FILLED),
    "autre-cas": OTHER,
    "dépôt": LOGIN + [("action", "win.queue"), ("row", "0")],
    "aide": LOGIN + [("action", "win.help")],
    "aide-étape": step("civil-status") + [("action", "win.help")],
    "confort": LOGIN + [("action", "win.comfort")],
}

BEGUN = [("press", "primary"), ("press", "kiosk-tile", "0")]
CITIZEN = {
    "borne-bonjour": [],
    "borne-fermée": [("kiosk", "closed")],
    "borne-choix": [("press", "primary")],
    "borne-ticket": BEGUN,
    "borne-question": BEGUN + [("press", "primary")],
    "borne-question-oubliée": BEGUN + 2 * [("press", "primary")],
    "borne-question-texte": BEGUN + [("press", "primary")] + 4 * [("press", "kiosk-button", "1")],
    "borne-papiers": BEGUN + [("kiosk", "papers")],
    "borne-relecture": BEGUN + [("press", "primary"), ("kiosk", "review")],
    "borne-fin": BEGUN + [("kiosk", "done")],
    "borne-arrêt": BEGUN + [("press", "kiosk-quiet", "1")],
    "borne-retour": [("press", "kiosk-tile", "1")],
    "borne-retour-refusé": [("press", "kiosk-tile", "1"), ("entry", "0", "123 123 123 123"),
                            ("press", "primary")],
    "borne-veille": BEGUN + [("press", "primary"), ("warn",)],
}

SECOND = {
    "second-écran-accueil": LOGIN,
    "second-écran-relecture": FILLED,
}

ROLES = {"agent": AGENT, "citizen": CITIZEN, "second": SECOND}

# In make check: those with most of the kinds of control.
SLICE = {"connexion", "journée", "demande-erreurs", "pièce-impossible", "confort", "borne-question",
         "second-écran-relecture"}
