# SPDX-License-Identifier: EUPL-1.2
"""The screens that are audited: one line each, name and the way to it from the login page.

A step is (command, argument…) of audit-window.c. A new page class needs a line here: the audit
fails for a class that no screen shows."""

LOGIN = [("login",)]
PASSPORT = LOGIN + [("action", "win.create", "passport"), ("wait", "GuichetFormPage")]
OTHER = LOGIN + [("action", "win.create", "other-case"), ("wait", "GuichetFormPage")]


def step(name, way=None):
    return (way or PASSPORT) + [("action", "win.go-step", name)]


SCREENS = {
    "connexion": [],
    "connexion-refusée": [("press", "primary"), ("settle", "200")],
    "journée": LOGIN,
    "recherche": LOGIN + [("action", "win.search"), ("entry", "0", "cas")],
    "nouvelle-demande": LOGIN + [("action", "win.new")],
    "envois": LOGIN + [("action", "win.queue")],
    "demande-motif": PASSPORT,
    "demande-état-civil": step("civil-status"),
    "demande-erreurs": step("civil-status") + [("entry", "3", "31/02/19"), ("action", "win.next"),
                                               ("settle", "300")],
    "demande-filiation": step("filiation"),
    "demande-adresse": step("address"),
    "demande-contact": step("contact"),
    "pièces": step("papers"),
    "pièce-impossible": step("papers") + [("press", "quiet")],
    "photo": step("photo"),
    "empreintes": step("prints"),
    "relecture": step("summary"),
    "autre-cas": OTHER,
    "dépôt": LOGIN + [("deposit",)],
    "aide": LOGIN + [("action", "win.help")],
    "confort": LOGIN + [("action", "win.comfort")],
}

# In make check: those with most of the kinds of control.
SLICE = ("connexion", "journée", "demande-erreurs", "pièce-impossible", "confort")
