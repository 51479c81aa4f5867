#!/usr/bin/python3
# SPDX-License-Identifier: EUPL-1.2
"""A passport request in the real window, by keyboard alone, from login to the centre's receipt.

usage: test-passport.py BUILD RESULTS. Run by at-desk.sh on a virtual display, at an emulated desk whose
sensor is unplugged within its first picture and comes back."""
import os
import pathlib
import subprocess
import sys
import tempfile
import time

SOURCE = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(pathlib.Path(__file__).parent))
sys.path.insert(0, str(SOURCE / "tests/demo"))

import demo as house  # noqa: E402
import accessible_window as driver  # noqa: E402

AWAY_S = 3  # at-desk.sh plugs the sensor again after that

FORMS = [  # step, then what is typed: (question, text) or (question, [first choice, choice])
    ("Étape 1 sur 9", [
        ("choice", "Première demande", "Perte"), ("choice", "Un titre valide", "Un titre valide")]),
    ("Étape 2 sur 9", [
        ("text", "Nom de naissance", "exemple"), ("text", "Prénoms", "Camille, Jeanne"),
        ("choice", "Féminin", "Féminin"), ("text", "Date de naissance", "14071990"),
        ("text", "Commune de naissance", "lille"), ("text", "Pays de naissance", "france"),
        ("choice", "Un parent français", "Un parent français"),
        ("text", "Taille en centimètres", "168"), ("choice", "Bleus", "Marron")]),
    ("Étape 3 sur 9", [
        ("text", "Nom de naissance du premier parent", "exemple"),
        ("text", "Prénoms du premier parent", "Paul")]),
    ("Étape 4 sur 9", [
        ("text", "Numéro et voie", "12 rue des Essais"), ("text", "Code postal", "59000"),
        ("text", "Commune", "lille")]),
    ("Étape 5 sur 9", [
        ("choice", "Par SMS", "Ne pas prévenir : la personne viendra se renseigner")]),
]


class Passport:
    def __init__(self, build, folder):
        self.demo = house.Demo(build, folder)
        environment = dict(self.demo.environment, G_DEBUG="fatal-criticals",
                           XDG_RUNTIME_DIR=os.environ["XDG_RUNTIME_DIR"])
        self.window = driver.Window(build / "app/ui/guichet", self.demo.station, environment,
                                    build / "screenshots")
        self.faults = []
        self.said = ""

    def look(self, name):
        self.window.picture(name)
        self.faults += self.window.audit(name)

    def ok(self, sentence):
        self.count = getattr(self, "count", 0) + 1
        print(f"ok {self.count} - {sentence}", flush=True)

    # --- the flow ---

    def log_in(self):
        window = self.window
        window.start()
        window.wait_for("Mairie de Démo, guichet 1")
        window.tab_to("Agent")
        return window

    def open_session(self, pictures=False):
        window = self.log_in()
        if pictures:
            self.look("01-login")
            window.type("amelie")
            window.press("Tab")
            window.type("faux")
            window.press("Return")
            window.wait(lambda: window.find("…", "alert") or window.find("Agent…", "alert"),
                        "the sentence about a wrong passphrase")
            self.look("02-login-refused")
            window.tab_to("Agent", "shift+Tab")
            window.press("ctrl+a")
        window.type("amelie")
        window.tab_to("Phrase de passe")
        window.type(house.PASSPHRASE)
        window.press("Return")
        window.wait_for("Nouvelle demande (F2)", "push button")

    def new_request(self):
        window = self.window
        self.look("03-home-empty")
        window.press("F2")
        window.wait_for("Passeport", "push button")
        self.look("04-choice")
        window.tab_to("Passeport")
        window.press("Return")
        window.wait_for("Étape 1 sur 9", "label")

    def answer(self, kind, question, value):
        window = self.window
        window.tab_to(question)
        if kind == "text":
            window.type(value)
        else:
            window.tab_to(value, "Down")
            window.press("space")

    def fill_forms(self):
        window = self.window
        for number, (step, answers) in enumerate(FORMS, 1):
            window.wait_for(step, "label")
            for answer in answers:
                self.answer(*answer)
            self.look(f"05-form-{number}")
            window.press("ctrl+Return")
        window.wait_for("Étape 6 sur 9", "label")

    def scan_pages(self):
        window = self.window
        for page in (1, 2):
            window.press("F5")
            # (GtkFlowBox keeps thumbnails in order; the page's own button names it)
            window.wait_for(f"Retirer la page {page}", "push button", 60)
        self.look("06-papers")
        window.press("ctrl+Return")
        window.wait_for("Déclaration de perte", "heading")
        window.press("F5")
        window.wait_for("Déclaration de perte, 1 page acceptée", "list item", 60)
        window.tab_to("Retirer la page 1")
        window.press("space")
        window.wait_for("Annuler le retrait (Ctrl+Z)", "push button")
        window.press("ctrl+z")
        window.wait_for("Déclaration de perte, 1 page acceptée", "list item")
        window.press("ctrl+Return")
        window.wait_for("Étape 7 sur 9", "label")

    def take_photo(self):
        window = self.window
        self.look("07-photo-before")
        window.press("F5")
        window.wait_for("Recommencer (F6)", "push button", 60)
        window.wait_for("Photo prise")
        self.look("08-photo")
        window.press("ctrl+Return")
        window.wait_for("Étape 8 sur 9", "label")

    def unplug(self):
        """The sensor goes within its first picture: a sentence in place, nothing lost."""
        window = self.window
        self.look("09-prints-before")
        window.press("F5")
        alert = window.wait(lambda: self.find_alert("débranché"), "the sentence about the sensor", 60)
        self.look("10-unplugged")
        self.ok(f"unplugged in mid-capture: {alert}")
        time.sleep(AWAY_S)

    def find_alert(self, word):
        for node in self.window.nodes():
            if node.get_role_name() == "alert" and word in driver.called(node) \
                    and driver.has_extents(node):
                return driver.called(node)
        return None

    def take_first_print(self):
        self.window.press("F5")
        self.window.wait_for("Empreinte de l’index droit, Acceptée", "list item", 60)

    def come_back(self):
        window = self.window
        self.said += window.kill()
        self.open_session()
        self.look("11-home-draft")
        window.tab_to("exemple Camille, Jeanne…")
        window.press("Return")
        window.wait_for("Étape 8 sur 9", "label")
        window.wait_for("Empreinte de l’index droit, Acceptée", "list item")
        window.press("alt+Left", "alt+Left")
        window.wait_for("Étape 6 sur 9", "label")
        window.wait_for("Justificatif de domicile, 2 pages acceptées", "list item")
        window.press("ctrl+Return")
        window.wait_for("Étape 7 sur 9", "label")
        window.press("ctrl+Return")
        window.wait_for("Étape 8 sur 9", "label")
        self.ok("killed in mid-flow: same step, everything accepted is there")

    def type_without_a_pause(self):
        """Cut in mid-sentence: less than a second of it is lost, and a closed window loses nothing."""
        window, words = self.window, "un duplicata de livret de famille emporté par la mer"
        window.press("Escape")
        window.wait_for("Nouvelle demande (F2)", "push button")
        window.press("F2")
        window.wait_for("Autre situation", "push button")
        window.tab_to("Autre situation")
        window.press("Return")
        window.wait_for("Étape 1 sur 3", "label")
        window.type(words, 60)
        self.said += window.kill()
        kept = self.read_back(words)
        if len(words) - len(kept) > 1000 / 60:
            raise driver.Failure(f"typed without a pause, then cut: only « {kept} » was kept")
        self.ok(f"cut while typing: {len(kept)} of {len(words)} letters kept")
        window.tab_to("Ce que la personne demande")
        window.press("ctrl+End")
        window.type("!")
        self.said += window.close()
        if self.read_back(words) != kept + "!":
            raise driver.Failure("closed just after a key: the key is lost")
        self.ok("closed while typing: nothing lost")
        window.press("Escape")

    def read_back(self, words):
        """What stands in the free text after a new session."""
        window = self.window
        self.open_session()
        window.tab_to("Demande sans nom…")
        window.press("Return")
        window.wait_for("Étape 1 sur 3", "label")
        return window.wait(lambda: window.text_of("Ce que la personne demande"), "the free text")

    def lock_and_return(self):
        """The same agent comes back to the same draft; the queue gives it back too."""
        window = self.window
        window.press("F4")
        window.wait_for("Envois au centre", "heading")
        window.press("Escape")
        window.wait_for("Étape 8 sur 9", "label")
        window.tab_to("Verrouiller", "shift+Tab")
        window.press("space")
        window.wait(lambda: window.focused()[1] == "Phrase de passe", "the login page")
        window.type(house.PASSPHRASE)
        window.press("Return")
        window.wait_for("Étape 8 sur 9", "label")
        window.wait_for("Empreinte de l’index droit, Acceptée", "list item")
        self.ok("locked and opened again: the same draft, at the same step")

    def reopen(self):
        window = self.window
        window.wait_for("Nouvelle demande (F2)", "push button")
        window.tab_to("exemple Camille, Jeanne…")
        window.press("Return")
        window.wait_for("Étape 8 sur 9", "label")

    def take_second_print(self):
        window = self.window
        window.press("F5")
        window.wait_for("Empreinte de l’index gauche, Acceptée", "list item", 60)
        self.look("12-prints")
        window.press("ctrl+Return")
        window.wait_for("Étape 9 sur 9", "label")

    def comfort(self):
        window = self.window
        window.press("F1")
        window.wait_for("Fermer (Échap)", "push button")
        self.look("14-help")
        window.press("Escape")
        window.press("F9")
        window.tab_to("Normale (100 %)")
        window.tab_to("Très grande (200 %)", "Down")
        window.press("space")
        window.tab_to("Fond clair")
        window.press("Down", "space")
        self.look("15-dark-200")
        window.press("Up", "space")
        window.tab_to("Très grande (200 %)", "shift+Tab")
        window.tab_to("Normale (100 %)", "Up")
        window.press("space", "Escape")

    def seal(self):
        window = self.window
        self.demo.stop_centre()
        window.wait_for("Le dossier est complet. Relisez-le avec la personne, puis scellez-le.")
        self.look("13-summary")
        self.comfort()
        window.press("ctrl+Return")
        window.wait_for("Demande déposée", "heading", 60)
        window.wait_for("Gardé ici", "label")
        window.wait_for("Code signé de l’attestation", "image")
        self.look("16-kept-here")
        self.read_code(window.pictures / "16-kept-here.png")
        self.ok("sealed without a network: kept here")
        window.press("F8")
        window.wait(lambda: self.find_alert("Attestation enregistrée"), "the slip's place")
        slips = list((self.demo.station / "print").glob("*.pdf"))
        if len(slips) != 1 or not slips[0].read_bytes().startswith(b"%PDF-"):
            raise driver.Failure(f"the slip is not there: {slips}")
        self.ok("the slip is written")

    def read_code(self, picture):
        """The code on the screen, read as a telephone would, verified by guichetctl."""
        text = self.demo.run_folder / "screen-code.txt"
        text.write_text(self.demo.call("zbarimg", "--raw", "-q", "--oneshot", picture).stdout)
        self.demo.ctl("read", "code", text)
        self.ok("the code on the screen is read and verified")

    def send(self):
        window = self.window
        self.demo.start_centre()
        self.demo.call(self.demo.syncd, "--root", self.demo.station, "--once")
        window.wait_for("Reçu par le centre", "label")
        self.look("17-received")
        self.ok("the centre's receipt is on the screen")
        window.press("F4")
        window.wait_for("Envois au centre", "heading")
        self.look("18-queue")
        window.press("Escape")
        window.wait_for("Reçues par le centre", "heading")
        window.press("F3")
        window.tab_to("Rechercher un nom, une démarche ou un numéro")
        window.type("passeport")
        self.look("19-home")
        window.tab_to("Verrouiller", "shift+Tab")
        window.press("space")
        window.wait(lambda: window.focused()[1] == "Phrase de passe", "the login page")
        if window.find("Passeport n°…"):
            raise driver.Failure("a locked window still tells what it holds")
        self.look("20-locked")
        self.ok("locked: nothing of the day is left in the window")

    def run(self):
        self.demo.enrol()
        self.open_session(pictures=True)
        self.ok("session opened")
        self.new_request()
        self.fill_forms()
        self.ok("form filled by keyboard")
        self.scan_pages()
        self.ok("pages scanned, one removed and taken back")
        self.take_photo()
        self.ok("photo taken")
        self.unplug()
        self.take_first_print()
        self.come_back()
        self.lock_and_return()
        self.type_without_a_pause()
        self.reopen()
        self.take_second_print()
        self.ok("both prints taken")
        self.seal()
        self.send()
        self.said += self.window.kill()
        if self.faults:
            raise driver.Failure("\n".join(dict.fromkeys(self.faults)))
        self.ok("every control on every page has a name and a role")
        complaints = [line for line in self.said.splitlines() if line.startswith("(guichet:")]
        if complaints:
            raise driver.Failure("\n".join(complaints))
        self.ok("the toolkit complains of nothing")


def main():
    build = pathlib.Path(sys.argv[1]).resolve()
    # the bus's daemons write to the standard output too: the results have a file of their own
    sys.stdout = open(sys.argv[2], "w", encoding="utf-8", buffering=1)
    with tempfile.TemporaryDirectory(prefix="guichet-ui-") as folder:
        passport = Passport(build, pathlib.Path(folder))
        try:
            passport.run()
        except (driver.Failure, SystemExit) as failure:
            for line in str(failure).splitlines():
                print(f"# {line}")
            print("not ok - the flow stopped here")
            return 1
        finally:
            passport.demo.stop_centre()
            if passport.window.process is not None:
                print("# " + passport.window.kill().replace("\n", "\n# "))
        print(f"1..{passport.count}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
