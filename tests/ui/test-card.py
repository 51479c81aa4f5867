#!/usr/bin/python3
# SPDX-License-Identifier: EUPL-1.2
"""A session by card in the real window, by keyboard alone: a wrong code, the last try, the card
pulled while a form is open, and back to the same form. Cards are SoftHSM2 behind the module of
tests/drivers/tricky-module.c. Run by card.sh."""
import json
import os
import pathlib
import subprocess
import sys
import tempfile

sys.path.insert(0, str(pathlib.Path(__file__).parent))
import accessible_window as driver  # noqa: E402

BUILD = pathlib.Path(os.environ["GUICHET_BUILD"])
SOURCE = pathlib.Path(os.environ["GUICHET_SOURCE"])
SOFTHSM = "/usr/lib/softhsm/libsofthsm2.so"
TRICKY = str(BUILD / "tests/drivers/libtricky-module.so")
PIN, WRONG = "135790", "246802"
SECRET = "Code de votre carte, ou phrase de passe"


class Desk:
    def __init__(self, folder):
        self.folder, self.root = folder, folder / "station"
        self.environment = dict(os.environ, SOFTHSM2_CONF=str(folder / "softhsm2.conf"),
                                TRICKY_FOLDER=str(folder), G_DEBUG="fatal-criticals")
        (folder / "tokens").mkdir()
        (folder / "softhsm2.conf").write_text(f"directories.tokendir = {folder}/tokens\n")
        (folder / "pin").write_text(PIN + "\n")
        self.write_policies()
        self.run("softhsm2-util", "--init-token", "--free", "--label", "amelie", "--pin", PIN,
                 "--so-pin", "87654321")
        self.run("pkcs11-tool", "--module", SOFTHSM, "--token-label", "amelie", "--login", "--pin",
                 PIN, "--keypairgen", "--key-type", "EC:prime256v1", "--id", "01",
                 "--usage-derive")
        self.ctl("station", "init", "mairie-1", "--name", "Mairie de Démo, guichet 1",
                 "--procedures", SOURCE / "assets/procedures")
        self.ctl("station", "agent", "amelie", "--card", TRICKY, "--new-passphrase-file",
                 folder / "pin")
        self.window = driver.Window(BUILD / "app/ui/guichet", self.root, self.environment,
                                    BUILD / "screenshots")

    def write_policies(self):
        (self.root / "policy").mkdir(parents=True)
        for name, change in (("storage", lambda p: p.update(reserve_bytes=1048576)),
                             ("session", lambda p: p["cards"].update(modules=[TRICKY]))):
            policy = json.loads((SOURCE / f"assets/policy/{name}.json").read_text())
            change(policy)
            (self.root / f"policy/{name}.json").write_text(json.dumps(policy))

    def run(self, *command):
        return subprocess.run([str(c) for c in command], env=self.environment, check=True,
                              capture_output=True, text=True).stdout

    def ctl(self, *arguments):
        return self.run(BUILD / "app/cli/guichetctl", "--root", self.root, *arguments)

    def open_with(self, code, sentence=None, picture=None):
        window = self.window
        window.tab_to(SECRET)
        window.type(code)
        window.press("Return")
        if sentence is None:
            window.wait_for("Nouvelle demande (F2)", "push button")
            return
        window.wait(lambda: any(sentence in driver.called(n) for n in window.nodes()),
                    f"« … {sentence} … »")
        if picture:
            window.picture(picture)


def run(desk):
    window = desk.window
    (desk.folder / "tricks").write_text("keep-tries\n")
    window.start()
    window.wait_for("Mairie de Démo, guichet 1")
    window.tab_to("Agent")
    window.type("amelie")
    window.press("Return")
    window.wait(lambda: window.focused()[1] == SECRET, "the card's code")
    window.picture("30-card-login")
    faults = window.audit("card-login")
    desk.open_with(WRONG, "il reste peu d’essais")
    desk.open_with(WRONG, "il ne reste qu’un essai", "31-card-wrong")
    desk.open_with(PIN, "n’a pas été essayé", "32-card-last-try")
    assert (desk.folder / "tries").read_text() == "1\n"
    desk.open_with(PIN)
    assert (desk.folder / "tries").read_text() == "3\n"

    window.press("F2")
    window.wait_for("Autre situation", "push button")
    window.tab_to("Autre situation")
    window.press("Return")
    window.wait_for("Étape 1 sur…", "label")
    window.tab_to("Nom…")
    window.type("Exemple")
    (desk.folder / "pulled").touch()  # at once: what was typed is not lost with it
    window.wait(lambda: window.focused()[1] == SECRET, "the login page", 10)
    window.wait(lambda: any("Session verrouillée : la carte a été retirée" in driver.called(n)
                            for n in window.nodes()), "why")
    window.picture("33-card-removed")
    faults += window.audit("card-removed")
    desk.open_with(PIN, "ucune carte n’est insérée")
    (desk.folder / "pulled").unlink()
    window.tab_to(SECRET)
    window.type(PIN)
    window.press("Return")
    window.wait_for("Étape 1 sur…", "label")
    window.wait(lambda: any(window.text_of(n) == "Exemple" for n in names(window)),
                "what was typed before the card went")
    window.picture("34-card-back")
    said = window.close()
    assert not faults, faults
    assert "CRITICAL" not in said and "WARNING" not in said, said
    journal = desk.run("sqlite3", "-readonly", desk.root / "station.db",
                       "SELECT subject FROM journal WHERE event = 'session-locked'")
    assert journal == "amelie card-removed\n", journal


def names(window):
    return [driver.called(n) for n in window.nodes() if n.get_role_name() == "text"]


def main():
    with tempfile.TemporaryDirectory(prefix="guichet-card-ui-") as folder:
        desk = Desk(pathlib.Path(folder))
        try:
            run(desk)
        finally:
            if desk.window.process is not None:
                print(desk.window.kill())


main()
