#!/usr/bin/python3
# SPDX-License-Identifier: EUPL-1.2
"""A mediator helps somebody without e-mail or telephone through a succession, by keyboard alone: the
guided path, the form, the papers, a signed mandate, the seal without a network, the printed page; then
asks where the request stands, checks a professional and prints what to do when a site refuses.

usage: test-mediator.py BUILD RESULTS PICTURES. Pictures in build/screenshots."""
import json
import pathlib
import subprocess
import sys
import tempfile

SOURCE = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(pathlib.Path(__file__).parent))
sys.path.insert(0, str(SOURCE / "tests/demo"))

import accessible_window as driver  # noqa: E402
import demo as house  # noqa: E402
import kiosk_station as kiosk  # noqa: E402

PATH = ["Véhicule : carte grise, plaque", "Son propriétaire est décédé", "Un seul héritier"]
FORMS = [
    ("Situation", [("text", "Nombre d’héritiers", "1"),
                   ("choice", "Attestation ou acte d’un notaire", None)]),
    ("Personne décédée", [("text", "Nom de la personne décédée", "exemple"),
                          ("text", "Prénoms de la personne décédée", "Marcel"),
                          ("text", "Décédée le", "03092026")]),
    ("Héritier qui fait la demande", [("text", "Nom de naissance", "exemple"),
                                      ("text", "Prénoms", "Jeanne"),
                                      ("text", "Date de naissance", "14071950")]),
    ("Véhicule", [("choice", "AB-123-CD", None), ("text", "Numéro d’immatriculation", "ab123cd"),
                  ("text", "Première immatriculation", "01062024")]),
    ("Pour estimer les taxes", []),
    ("Adresse", [("text", "Numéro et voie", "12 rue des Essais"), ("text", "Code postal", "59000"),
                 ("text", "Commune", "lille")]),
    ("Contact", [("choice", "Par SMS", "Ne pas prévenir : la personne viendra se renseigner")]),
]


class Mediator:
    def __init__(self, build, folder, prefix):
        self.demo = house.Demo(build, folder)
        policy = self.demo.station / "policy"
        policy.mkdir(parents=True)
        for name, values in (("storage", {"reserve_bytes": 4096, "margin_bytes": 0}),
                             ("contact-point", {"address": "1 place de la Mairie, 59000 Lille",
                                                "hours_confirmed": True})):
            own = json.loads((SOURCE / f"assets/policy/{name}.json").read_text(encoding="utf-8"))
            (policy / f"{name}.json").write_text(json.dumps(dict(own, **values)), encoding="utf-8")
        environment = dict(self.demo.environment, **kiosk.environment())
        for name in ("GUICHET_LIBEXECDIR", "SANE_CONFIG_DIR", "GUICHET_LOCALEDIR"):
            environment[name] = self.demo.environment[name]
        self.window = driver.Window(build / "app/ui/guichet", self.demo.station, environment,
                                    build / "screenshots")
        self.window.command += ["--role", "mediator"]
        self.prefix, self.count, self.faults = prefix, 0, []

    def ok(self, sentence):
        self.count += 1
        print(f"ok {self.count} - {sentence}", flush=True)

    def look(self, name):
        self.window.picture(f"{self.prefix}-{name}")
        self.faults += self.window.audit(name)

    def find_alert(self, word):
        for node in self.window.nodes():
            if node.get_role_name() == "alert" and word in (node.get_name() or "") \
                    and driver.has_extents(node):
                return node.get_name()
        return None

    def wait_alert(self, word, what):
        return self.window.wait(lambda: self.find_alert(word), what)

    # --- the way ---

    def log_in(self):
        window = self.window
        window.start()
        window.tab_to("Agent")
        window.type(house.AGENT)
        window.press("Return")
        window.type(house.PASSPHRASE)
        window.press("Return")
        window.wait_for("Que voulez-vous faire ?", "heading")
        window.wait_for("Aucun courriel, aucun téléphone ? Continuez.")
        self.look("01-home")
        self.ok("a home of its own: four tiles, and nobody needs an e-mail address")

    def refuse_prints(self):
        """What only an agent does is said, not hidden."""
        window = self.window
        window.press("2")
        window.wait_for("Passeport", "push button")
        self.look("02-choice")
        window.tab_to("Passeport")
        window.press("Return")
        sentence = self.wait_alert("agent", "who takes prints")
        self.look("03-refused")
        window.press("Escape")
        window.wait_for("Que voulez-vous faire ?", "heading")
        self.ok(f"no biometrics, and who can: {sentence}")

    def follow_guide(self):
        window = self.window
        window.press("1")
        window.wait_for("De quoi avez-vous besoin ?", "heading")
        self.look("04-guide")
        for answer in PATH:
            window.wait_for(f"{answer}…", "push button")
            window.tab_to(f"{answer}…")
            window.press("Return")
        window.wait_for("Commencer la demande (F2)", "push button")
        self.look("05-pieces")
        window.press("F8")
        self.wait_alert("Page enregistrée", "the page « Vos pièces »")
        window.press("F2")
        window.wait_for("Étape 1 sur 10", "label")
        self.ok("the guided path leads to the succession, its pieces printed")

    def answer(self, kind, question, value):
        window = self.window
        window.tab_to(question)
        if kind == "text":
            window.type(value)
        else:
            if value is not None:
                window.tab_to(value, "Down")
            window.press("space")

    def fill_forms(self):
        window = self.window
        for number, (title, answers) in enumerate(FORMS, 1):
            window.wait_for(f"Étape {number} sur 10", "label")
            for answer in answers:
                self.answer(*answer)
            self.look(f"06-form-{number}")
            window.press("ctrl+Return")
        window.wait_for("Étape 8 sur 10", "label")
        self.ok("no e-mail and no telephone: nothing stops")

    def scan_papers(self):
        window = self.window
        for _ in range(12):
            if window.find("Étape 8 sur 10", "label") is None:
                break
            window.press("F5")
            window.wait_for("Retirer la page 1", "push button", 60)
            if not self.count_pictures("07-papers"):
                self.look("07-papers")
            window.press("ctrl+Return")
            window.wait(lambda: window.find("Retirer la page 1", "push button") is None or
                        window.find("Étape 9 sur 10", "label"), "the next paper")
        window.wait_for("Étape 9 sur 10", "label")
        self.ok("the papers are scanned")

    def count_pictures(self, name):
        return (self.window.pictures / f"{self.prefix}-{name}.png").exists()

    def consent(self):
        window = self.window
        window.wait_for("À lire à la personne", "heading")
        self.look("08-consent")
        window.press("ctrl+Return")
        self.wait_alert("son accord", "that a consent is missing")
        window.tab_to("La personne est là et dit oui")
        window.tab_to("Elle a signé un mandat sur papier", "Down")
        window.press("space")
        window.press("F8")
        self.wait_alert("Mandat à signer", "the mandate")
        self.look("09-mandate")
        window.press("ctrl+Return")
        window.wait_for("Étape 10 sur 11", "label")
        window.press("F5")
        window.wait_for("Retirer la page 1", "push button", 60)
        self.look("10-mandate-scanned")
        window.press("ctrl+Return")
        window.wait_for("Étape 11 sur 11", "label")
        self.ok("a mandate printed, signed, scanned")

    def seal(self):
        window = self.window
        self.demo.stop_centre()
        window.wait_for("Le dossier est complet. Relisez-le avec la personne, puis scellez-le.")
        self.look("11-summary")
        window.press("End")
        window.wait_for("Accord de la personne", "label")
        self.look("12-summary-consent")
        window.press("ctrl+Return")
        window.wait_for("Demande déposée", "heading", 60)
        window.wait_for("Code signé de l’attestation", "image")
        window.press("F8")
        self.wait_alert("Attestation enregistrée", "the slip's place")
        self.look("13-deposited")
        self.ok("sealed without a network, without e-mail")

    def read_papers(self):
        """What the person takes home, read as text."""
        said = {"attestation": ["1 place de la Mairie", "8 h 30 à 12 h", "pièce d’identité",
                                "Mandat signé : 1"],
                "mandat": ["Mandat pour une démarche", "exemple Jeanne", "Signature",
                           "Véhicule : succession"],
                "pieces": ["Vos pièces"]}
        for name, words in said.items():
            page = next((self.demo.station / "print").glob(f"{name}*.pdf"))
            text = self.demo.call("pdftotext", "-layout", page, "-").stdout
            subprocess.run(["pdftoppm", "-r", "60", "-png", "-singlefile", page,
                            self.window.pictures / f"{self.prefix}-paper-{name}"], check=False)
            flat = " ".join(text.split())
            for word in words:
                if word.removesuffix(" : 1") not in flat:
                    raise driver.Failure(f"{page.name} does not say « {word} »: {flat}")
        self.ok("the slip says where and when to come back, the mandate who and for what")

    def follow(self):
        window = self.window
        window.press("Escape")
        window.wait_for("Que voulez-vous faire ?", "heading")
        window.wait_for("En cours", "heading")
        self.look("14-home-in-progress")
        window.press("F3")
        window.wait_for("Où en est la demande ?", "heading")
        window.type("999")
        window.press("Return")
        self.wait_alert("999", "that no such number is known")
        window.press("ctrl+a")
        window.type("1")
        window.press("Return")
        window.wait_for("À envoyer", "label")
        window.wait_for("Véhicule : succession", "heading")
        self.look("15-follow")
        self.ok("its number tells where it stands, without a network")

    def check_professional(self):
        window = self.window
        window.press("Escape")
        window.wait_for("Que voulez-vous faire ?", "heading")
        window.press("4")
        window.wait_for("Ce professionnel est-il habilité ?", "heading")
        window.type("123456789")
        window.press("Return", "Return")
        self.wait_alert("dernier chiffre", "why the number cannot be")
        self.look("16-siren")
        window.press("ctrl+a")
        window.type("garage de l'etoile")
        window.press("Return")
        window.type("lyon")
        window.press("Return")
        window.wait_for("La liste de ce poste n’est pas signée par le centre…")
        window.wait_for("SIREN 000 000 018 · 69003 LYON")
        window.press("F8")
        self.wait_alert("Fiche enregistrée", "the page on intermediaries")
        self.look("17-professional")
        self.ok("a SIREN is explained, a name found, and an unsigned list says so")

    def read_help(self):
        window = self.window
        window.press("Escape")
        window.wait_for("Que voulez-vous faire ?", "heading")
        window.tab_to("Un site refuse : que faire ?")
        window.press("Return")
        window.wait_for("Qui peut aider", "heading")
        self.look("18-help")
        for _ in range(7):
            window.press("Down")
        window.wait_for("Urgence 114 : 114", "label")
        self.look("19-help-deaf")
        window.press("F8")
        self.wait_alert("Fiche enregistrée", "the page for the person")
        self.ok("what to do when a site refuses, and relays for deaf people")

    def come_back(self):
        """A draft is resumed from the list; an agent's passport is not."""
        window = self.window
        self.demo.ctl("request", "new", "passport", "surname=Modèle", session=True)
        window.press("Escape")
        window.wait_for("MODÈLE…" if window.find("MODÈLE…") else "Modèle…", "list item")
        window.tab_to("Modèle…")
        window.press("Return")
        self.wait_alert("agent", "who takes prints")
        self.look("20-agents-draft")
        self.ok("an agent's draft with prints stays the agent's")

    def run(self):
        self.demo.enrol()
        self.log_in()
        self.refuse_prints()
        self.follow_guide()
        self.fill_forms()
        self.scan_papers()
        self.consent()
        self.seal()
        self.read_papers()
        self.follow()
        self.check_professional()
        self.read_help()
        self.come_back()
        said = self.window.kill()
        if self.faults:
            raise driver.Failure("\n".join(dict.fromkeys(self.faults)))
        self.ok("every control on every page has a name and a role")
        complaints = [line for line in said.splitlines() if line.startswith("(guichet:")]
        if complaints:
            raise driver.Failure("\n".join(complaints))
        self.ok("the toolkit complains of nothing")


def main():
    build = pathlib.Path(sys.argv[1]).resolve()
    sys.stdout = open(sys.argv[2], "w", encoding="utf-8", buffering=1)
    with tempfile.TemporaryDirectory(prefix="guichet-mediator-") as folder:
        mediator = Mediator(build, pathlib.Path(folder), sys.argv[3])
        try:
            mediator.run()
        except (driver.Failure, SystemExit, subprocess.SubprocessError, StopIteration) as failure:
            for line in str(failure).splitlines():
                print(f"# {line}")
            print("not ok - the flow stopped here")
            return 1
        finally:
            mediator.demo.stop_centre()
            if mediator.window.process is not None:
                print("# " + mediator.window.kill().replace("\n", "\n# "))
        print(f"1..{mediator.count}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
