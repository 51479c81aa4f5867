#!/usr/bin/python3
# SPDX-License-Identifier: EUPL-1.2
"""A technician finds out why the scanner is silent, in the real window, by keyboard alone. SANE, libusb
and the kernel's permissions are real, the scanner on the bus is umockdev's. Run by technician.sh."""
import json
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile
import time

sys.path.insert(0, str(pathlib.Path(__file__).parent))
import accessible_window as driver  # noqa: E402

BUILD = pathlib.Path(os.environ["GUICHET_BUILD"])
SOURCE = pathlib.Path(os.environ["GUICHET_SOURCE"])
BUS = pathlib.Path(os.environ["UMOCKDEV_DIR"])
NODE = BUS / "dev/bus/usb/001/004"
CTL, CENTRAL = BUILD / "app/cli/guichetctl", BUILD / "sync/central/guichet-central"
# root without the right to pass over permissions, as the desk's own account is
HUMBLE = ["setpriv", "--bounding-set=-dac_override,-dac_read_search", "--inh-caps=-all"]
CANARIES = ["camille-canari", "Zéphyrine", "0612345678"]


class Desk:
    """A station at a real centre, its guichet-syncd, and the technician's window."""

    def __init__(self, folder):
        self.folder, self.root, self.stick = folder, folder / "station", folder / "CLE-TECH"
        self.sane = folder / "sane"
        self.sane.mkdir()
        self.stick.mkdir()
        self.environment = dict(os.environ, G_DEBUG="fatal-criticals", GUICHET_STICKS=str(self.stick),
                                SANE_CONFIG_DIR=str(self.sane))
        (folder / "pass").write_text("une phrase\n")
        self.services = []
        self.make_station()
        self.window = driver.Window(BUILD / "app/ui/guichet", self.root, self.environment,
                                    BUILD / "screenshots")
        self.window.command = [*HUMBLE, *self.window.command]

    def run(self, *command):
        done = subprocess.run([str(part) for part in command], env=self.environment, check=False,
                              capture_output=True, text=True, timeout=120)
        if done.returncode != 0:
            raise SystemExit(f"{command}: {done.stdout}{done.stderr}")
        return done.stdout

    def ctl(self, *arguments, agent=None):
        who = ["--agent", agent, "--passphrase-file", self.folder / "pass"] if agent else []
        return self.run(CTL, "--root", self.root, "--json", *who, *arguments)

    def start(self, *command):
        self.services.append(subprocess.Popen([str(part) for part in command],
                                              stdout=subprocess.DEVNULL,
                                              stderr=subprocess.DEVNULL))

    def make_station(self):
        centre, port = self.folder / "centre", self.folder / "port"
        (self.root / "policy").mkdir(parents=True)
        policy = json.loads((SOURCE / "assets/policy/storage.json").read_text())
        policy.update(reserve_bytes=4096, margin_bytes=0)
        (self.root / "policy/storage.json").write_text(json.dumps(policy))
        made = json.loads(self.run(CENTRAL, "--root", centre, "--json", "init", "--name", "Essai",
                                   "--ip", "127.0.0.1"))
        self.start(CENTRAL, "--root", centre, "serve", "--listen", "127.0.0.1:0", "--port-file", port)
        self.ctl("station", "init", "mairie-1", "--name", "Mairie de Démo, guichet 1",
                 "--procedures", SOURCE / "assets/procedures")
        for name in ("camille-canari", "theo"):
            self.ctl("station", "agent", name, "--cost", "14", "--new-passphrase-file",
                     self.folder / "pass", agent="camille-canari" if name == "theo" else None)
        self.ctl("station", "role", "theo", "technician", agent="camille-canari")
        while not port.exists() or not port.read_text().strip():
            time.sleep(0.05)
        self.run(CENTRAL, "--root", centre, "enrol", self.root / "enrol", "--name", "Mairie",
                 "--url", f"https://127.0.0.1:{port.read_text().strip()}", "-o",
                 self.folder / "answer")
        self.ctl("station", "enrol", self.folder / "answer", "--fingerprint",
                 made["root_fingerprint"])
        request = json.loads(self.ctl("request", "new", "other-case",
                                      "description=Zéphyrine, 0612345678",
                                      agent="camille-canari"))["request"]
        CANARIES.append(request)
        self.start(BUILD / "sync/station/guichet-syncd", "--root", self.root, "--interval", "3600",
                   "--spread", "0")

    def scan_with(self, **files):
        """SANE's folder, anew."""
        for old in self.sane.iterdir():
            old.unlink()
        for name, text in files.items():
            (self.sane / f"{name}.conf").write_text(text + "\n")

    def stop(self):
        for service in self.services:
            service.terminate()
            service.wait(20)


class Technician:
    def __init__(self, desk):
        self.desk, self.window, self.faults = desk, desk.window, []

    def texts(self):
        """With plain spaces, whatever French sets before its signs."""
        names = [node.get_name() or "" for node in self.window.nodes() if driver.has_extents(node)]
        return [name.replace("\u00a0", " ").replace("\u202f", " ") for name in names]

    def wait_text(self, text, seconds=30):
        self.window.wait(lambda: any(text in name for name in self.texts()), f"« … {text} … »",
                         seconds)

    def picture(self, name):
        self.window.picture(name)
        self.faults += self.window.audit(name)

    def log_in(self):
        window = self.window
        window.wait_for("Mairie de Démo, guichet 1")
        window.wait_for("Agent", "text")
        self.wait_text("À signaler au technicien : Capteur d’empreintes, Caméra, Scanner")
        self.picture("59-technician-login")
        window.tab_to("Agent")
        window.type("theo")
        window.press("Return")
        window.wait(lambda: window.focused()[1].startswith("Phrase de passe"), "the passphrase")
        window.type("une phrase")
        window.press("Return")
        window.wait_for("Diagnostic du poste", "heading")

    def try_again(self, reference):
        self.window.press("F5")
        self.wait_text(f"réf. {reference}")

    # --- why the scanner is silent ---

    def not_allowed(self):
        """The first look, at the log-in, finds it by itself."""
        self.wait_text("Commencez par : Scanner", 60)
        self.wait_text("réf. DIAG-SCAN-02")
        self.wait_text("n’a pas le droit de l’ouvrir (/dev/bus/usb/001/004)")
        self.wait_text("groupe « scanner »")
        self.picture("60-technician-not-allowed")

    def no_driver_takes_it(self):
        os.chown(NODE, 0, 0)
        self.try_again("DIAG-SCAN-06")
        self.wait_text("04b8:0122")
        self.picture("61-technician-no-driver")

    def not_plugged_in(self):
        for path in ("sys/bus/usb/devices/1-2", "sys/devices/pci0000:00/usb1/1-2"):
            path = BUS / path
            shutil.rmtree(path) if path.is_dir() and not path.is_symlink() else path.unlink()
        self.try_again("DIAG-SCAN-01")
        self.wait_text("Aucun scanner n’est branché, ou il est éteint.")
        self.picture("62-technician-not-plugged-in")

    def saned_not_there(self):
        self.desk.scan_with(dll="net", net="127.0.0.1")
        self.try_again("DIAG-SCAN-05")
        self.wait_text("127.0.0.1:6566")
        self.wait_text("« saned »")
        self.picture("63-technician-saned")

    def stopped_by_hand(self):
        slow = (SOURCE / "tests/emulators/sane/test.conf").read_text()
        slow = slow.replace("read-limit false", "read-limit true").replace(
            "read-limit-size 1", "read-limit-size 512").replace(
            "read-delay false", "read-delay true").replace(
            "read-delay-duration 1000", "read-delay-duration 20000")
        self.desk.scan_with(dll="test", test=slow)
        self.window.press("F5")
        self.wait_text("Numérisation de la page…")
        self.window.picture("64-technician-trial")
        self.window.wait(lambda: self.window.focused()[1] == "Arrêter", "the way to stop")
        self.window.press("Return")
        self.wait_text("réf. DIAG-SCAN-14")

    def works_again(self):
        shutil.copy(SOURCE / "tests/emulators/sane/test.conf", self.desk.sane / "test.conf")
        self.try_again("DIAG-SCAN-00")
        self.window.wait(lambda: self.window.focused()[1] == "Tester (F5)", "the way to try again")
        self.wait_text("2480 × 3507 points, 300 points par pouce")
        self.window.wait_for("Image de l’essai, qui n’est gardée nulle part")
        self.picture("65-technician-works")

    # --- all of it, and the report ---

    def row(self, title):
        """By the arrows, from the list."""
        window = self.window
        for _ in range(16):
            name = window.focused()[1]
            if name == title or name.startswith(title + ","):
                return
            window.press("Down")
        raise driver.Failure(f"no row « {title} »")

    def to_list(self):
        for _ in range(20):
            if self.window.focused()[0] == "list item":
                break
            self.window.press("shift+Tab")
        self.window.press("Home")

    def other_parts(self):
        self.to_list()
        for title, text, picture in (("Réseau", "Le centre répond, par une connexion sûre.",
                                      "66-technician-network"),
                                     ("Certificats", "Le certificat de signature du poste", None),
                                     ("Clés", "ce poste n’a pas de TPM", "67-technician-keys")):
            self.row(title)
            self.wait_text(text)
            if picture:
                self.picture(picture)

    def logs(self):
        window = self.window
        window.tab_to("Journaux", key="shift+Tab")
        window.press("Return")
        window.wait_for("Journal du poste, sans nom ni dossier", "heading")
        self.picture("68-technician-logs")
        window.press("Escape")
        window.wait(lambda: window.focused()[0] == "list item", "the list again")

    def sign(self):
        window = self.window
        window.tab_to("Tout tester", key="shift+Tab")
        window.press("Return")
        window.wait(lambda: any(name.startswith("Examen du poste") for name in self.texts()),
                    "the examination")
        window.picture("69-technician-all")
        window.wait(lambda: not any(name.startswith("Examen du poste") for name in self.texts()),
                    "the end of it", 90)
        window.tab_to("Signer le rapport", key="shift+Tab")
        window.press("Return")
        self.wait_text("Le rapport signé est sur la clé « CLE-TECH ».")
        self.picture("70-technician-report")

    def report_holds(self):
        code = self.desk.run("zbarimg", "--quiet", "--raw", "--oneshot", "-Sdisable",
                             "-Sqrcode.enable", BUILD / "screenshots/70-technician-report.png")
        said = json.loads(self.desk.ctl("diagnostic", "verify", "--code", code))
        files = list(self.desk.stick.glob("mairie-1-*.diagnostic"))
        assert len(files) == 1, files
        report = json.loads(self.desk.ctl("diagnostic", "verify", files[0]))["diagnostic"]
        assert said["report"] == self.desk.run("sha256sum", files[0]).split()[0], said
        parts = {part["part"]: part for part in report["parts"]}
        assert parts["scanner"]["state"] == "ok" and len(parts) == 12, report
        text = files[0].read_bytes().decode("utf-8", "replace") + code
        for canary in CANARIES:
            assert canary not in text, canary
        print(f"# code of {len(code)} bytes, report of {files[0].stat().st_size}")

    def names_nobody(self):
        shown = "\n".join(self.texts())
        for canary in CANARIES:
            assert canary not in shown, canary
        assert "theo" in shown  # himself, in the header: the look is not blind


STEPS = ["not_allowed", "no_driver_takes_it", "not_plugged_in", "saned_not_there",
         "stopped_by_hand", "works_again", "other_parts", "logs", "sign", "report_holds", "names_nobody"]


def main():
    results = open(sys.argv[1], "w", encoding="utf-8")
    print(f"1..{len(STEPS) + 1}", file=results)
    os.chown(NODE, 65534, 0)
    os.chmod(NODE, 0o600)
    with tempfile.TemporaryDirectory(prefix="guichet-technician-") as folder:
        desk = Desk(pathlib.Path(folder))
        desk.scan_with(dll="snapscan", snapscan="usb 0x04b8 0x0122")
        technician = Technician(desk)
        try:
            desk.window.start()
            technician.log_in()
            for number, step in enumerate(STEPS, 1):
                getattr(technician, step)()
                print(f"ok {number} {step.replace('_', ' ')}", file=results, flush=True)
            said = desk.window.close()
            faults = technician.faults + [line for line in said.splitlines()
                                          if "CRITICAL" in line or "WARNING" in line]
            print(f"{'not ' if faults else ''}ok {len(STEPS) + 1} every control has a name, and "
                  "nothing was complained of", file=results)
            for fault in faults:
                print(f"# {fault}", file=results)
            raise SystemExit(bool(faults))
        except (driver.Failure, AssertionError) as failure:
            print(f"not ok - {failure}", file=results)
            raise
        finally:
            if desk.window.process is not None:
                print(desk.window.kill())
            desk.stop()
            results.close()


main()
