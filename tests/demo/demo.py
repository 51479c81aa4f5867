#!/usr/bin/python3
# SPDX-License-Identifier: EUPL-1.2
"""The main job, once, for real: what `make run` does.

A demonstration station and a centre on loopback with a local test PKI; a passport request with
two scanned pages (SANE), a photo (GStreamer) and two fingers (libfprint, from a USB sensor played
at the kernel interface); sealed while the network is gone, sent when it is back, receipt checked.
Everything ends up below build/run; summary.json says the same as the printed summary.
"""
import argparse
import contextlib
import json
import os
import pathlib
import shutil
import signal
import subprocess
import sys
import time

SOURCE = pathlib.Path(__file__).resolve().parents[2]
PASSPHRASE = "cheval agrafe batterie correcte"
AGENT = "amelie"
FIELDS_FILE = pathlib.Path(__file__).with_name("passport.fields")


class Demo:
    def __init__(self, build, run):
        self.build, self.run_folder = build, run
        self.station, self.centre = run / "station", run / "centre"
        self.guichetctl = build / "app/cli/guichetctl"
        self.central = build / "sync/central/guichet-central"
        self.syncd = build / "sync/station/guichet-syncd"
        self.steps = []  # (name, milliseconds)
        self.server = None
        self.environment = dict(
            os.environ,
            GUICHET_LIBEXECDIR=str(build / "drivers"),
            GUICHET_LOCALEDIR=str(build / "assets/po"),
            SANE_CONFIG_DIR=str(SOURCE / "tests/emulators/sane"),
            LC_ALL="C.UTF-8",
        )

    # --- running programs ---

    def call(self, *command, check=True):
        done = subprocess.run([str(part) for part in command], env=self.environment, text=True,
                              stdin=subprocess.DEVNULL, capture_output=True, timeout=180)
        if check and done.returncode != 0:
            raise SystemExit(f"demo: {' '.join(map(str, command))}\n{done.stdout}{done.stderr}")
        return done

    def ctl(self, *arguments, session=False):
        """guichetctl --json, its object."""
        who = ["--agent", AGENT, "--passphrase-file", self.run_folder / "passphrase"]
        done = self.call(self.guichetctl, "--root", self.station, "--json",
                         *(who if session else []), *arguments)
        return json.loads(done.stdout)

    @contextlib.contextmanager
    def step(self, name):
        begin = time.monotonic()
        yield
        self.steps.append((name, round((time.monotonic() - begin) * 1000)))
        print(f"  {self.steps[-1][1]:>7} ms  {name}", flush=True)

    # --- the parts ---

    def start_centre(self):
        port_file = self.run_folder / "centre.port"
        port_file.unlink(missing_ok=True)
        port = getattr(self, "port", 0)
        log = open(self.run_folder / "centre.log", "ab")
        self.server = subprocess.Popen(
            [self.central, "--root", self.centre, "serve", "--listen", f"127.0.0.1:{port}",
             "--port-file", port_file], env=self.environment, stdout=log, stderr=log)
        deadline = time.monotonic() + 20
        while not port_file.exists() or not port_file.read_text().strip():
            if self.server.poll() is not None or time.monotonic() > deadline:
                raise SystemExit("demo: the centre did not start; see build/run/centre.log")
            time.sleep(0.02)
        self.port = int(port_file.read_text())

    def stop_centre(self):
        if self.server is not None:
            self.server.terminate()
            self.server.wait(20)
            self.server = None

    def enrol(self):
        (self.run_folder / "passphrase").write_text(PASSPHRASE + "\n")
        done = self.call(self.central, "--root", self.centre, "--json", "init", "--name",
                         "Centre de démonstration", "--dns", "localhost", "--ip", "127.0.0.1")
        self.fingerprint = json.loads(done.stdout)["root_fingerprint"]
        self.start_centre()
        self.ctl("station", "init", "mairie-de-demo-1", "--name", "Mairie de Démo, guichet 1",
                 "--procedures", SOURCE / "assets/procedures")
        self.ctl("station", "agent", AGENT, "--new-passphrase-file",
                 self.run_folder / "passphrase")
        answer = self.run_folder / "answer"
        self.call(self.central, "--root", self.centre, "enrol", self.station / "enrol",
                  "--name", "Mairie de Démo, guichet 1", "--url",
                  f"https://127.0.0.1:{self.port}", "-o", answer)
        self.ctl("station", "enrol", answer, "--fingerprint", self.fingerprint)
        self.ctl("station", "device", "camera", "test:")
        self.ctl("station", "device", "scanner", "sane:test:0")

    def capture(self):
        fields = [line for line in FIELDS_FILE.read_text().splitlines()
                  if line and not line.startswith("#")]
        with self.step("nouvelle demande de passeport, formulaire rempli"):
            self.request = self.ctl("request", "new", "passport", *fields, session=True)["request"]
        for page in (1, 2):
            with self.step(f"page {page} du justificatif numérisée (SANE)"):
                self.ctl("request", "capture", self.request, "proof-of-address", session=True)
        with self.step("photo prise (GStreamer)"):
            self.ctl("request", "capture", self.request, "photo", session=True)
        for finger, name in (("right-index", "droit"), ("left-index", "gauche")):
            with self.step(f"index {name} capturé (libfprint, capteur USB)"):
                self.ctl("request", "capture", self.request, finger, session=True)
        with self.step("déclaration de perte numérisée (SANE)"):
            self.ctl("request", "capture", self.request, "loss-declaration", session=True)
        gaps = self.ctl("request", "check", self.request, session=True)
        if not gaps["complete"]:
            raise SystemExit(f"demo: the request is not complete: {gaps['gaps']}")

    def deposit(self):
        self.stop_centre()
        with self.step("demande scellée, sans réseau"):
            self.bundle = self.ctl("request", "seal", self.request, session=True)
        with self.step("attestation de dépôt écrite"):
            self.slip = self.run_folder / "attestation.pdf"
            self.ctl("request", "slip", self.request, "-o", self.slip)
        with self.step("envoi essayé sans réseau : refusé, rien de perdu"):
            lost = self.call(self.guichetctl, "--root", self.station, "sync", "once",
                             check=False)
            if lost.returncode != 1:
                raise SystemExit("demo: sync without a network did not say so")
            self.offline_sentence = lost.stderr.strip()
        self.start_centre()
        with self.step("réseau revenu : liasse envoyée, accusé vérifié"):
            self.call(self.syncd, "--root", self.station, "--once")
        self.receipt = self.run_folder / "accuse.p7m"
        self.ctl("request", "receipt", self.request, "-o", self.receipt)
        with self.step("le centre répond : statut signé, reçu au guichet"):
            self.call(self.central, "--root", self.centre, "answer", self.bundle["bundle"],
                      "in-progress", "Votre demande est en cours d’instruction.")
            self.ctl("sync", "once", "--force")
        self.shown = self.ctl("request", "show", self.request)
        if self.shown["state"] != "in-progress":
            raise SystemExit(f"demo: the request is {self.shown['state']}, not in-progress")

    def prove(self):
        """Reads the slip's code back with tools that nobody here wrote, then with ours."""
        picture = self.run_folder / "attestation"
        with self.step("code de l’attestation relu et vérifié"):
            self.call("pdftoppm", "-r", "200", "-png", "-singlefile", self.slip, picture)
            code = self.call("zbarimg", "--raw", "-q", "--oneshot", f"{picture}.png").stdout
            self.code = self.run_folder / "attestation.txt"
            self.code.write_text(code)
            verdict = self.ctl("read", "code", self.code)
            if verdict["bundle"] != self.bundle["bundle"]:
                raise SystemExit("demo: the slip speaks of another bundle")

    # --- the result ---

    def verification_commands(self):
        run, station = self.run_folder, self.station
        return [
            f"{self.guichetctl} --root {station} bundle verify {self.bundle['path']}",
            f"rm -rf {run}/d && unzip -q {self.bundle['path']} -d {run}/d && openssl cms -verify "
            f"-cades -binary -inform DER -in {run}/d/META-INF/signature001.p7s -content "
            f"{run}/d/META-INF/ASiCManifest001.xml -CAfile {station}/trust/root.crt -purpose any "
            f"-out /dev/null",
            f"openssl cms -verify -inform DER -in {self.receipt} -CAfile "
            f"{station}/trust/root.crt -purpose any",
            f"{self.guichetctl} --root {station} read code {self.code}",
            f"{self.central} --root {self.centre} list",
            f"{self.guichetctl} --root {station} audit verify",
        ]

    def versions(self):
        packages = ["libgtk-4-1", "libsqlite3-0", "libssl3", "libusb-1.0-0", "libfprint-2-2",
                    "libsane1", "libgstreamer1.0-0", "libqrencode4", "libmicrohttpd12"]
        done = self.call("dpkg-query", "-W", "-f", "${Package} ${Version}\n", *packages,
                         check=False)
        found = dict(line.split(" ", 1) for line in done.stdout.splitlines())
        found["guichet"] = self.call(self.guichetctl, "--version").stdout.split()[-1]
        return found

    def write_summary(self, screenshots):
        summary = {
            "profile": "summary/1",
            "request": self.request,
            "state": self.shown["state"],
            "bundle": self.bundle["path"],
            "bundle_sha256": self.bundle["bundle"],
            "station_root": str(self.station),
            "centre_root": str(self.centre),
            "station_certificate": str(self.station / "keys/sign.crt"),
            "root_certificate": str(self.station / "trust/root.crt"),
            "centre_seal_certificate": str(self.station / "trust/centre-seal.crt"),
            "receipt": str(self.receipt),
            "slip": str(self.slip),
            "statement": str(self.code),
            "screenshots": [str(path) for path in screenshots],
            "steps": [{"name": name, "milliseconds": ms} for name, ms in self.steps],
            "verify": self.verification_commands(),
            "versions": self.versions(),
        }
        path = self.run_folder / "summary.json"
        path.write_text(json.dumps(summary, ensure_ascii=False, indent=2) + "\n")
        return path

    def print_summary(self, screenshots, summary):
        print("\nGuichet : une demande de passeport, du guichet à l’accusé du centre\n")
        print(f"  demande      {self.request} : {self.shown['state']} "
              f"« {self.shown['status_text']} »")
        print(f"  liasse       {self.bundle['path']}")
        print(f"  accusé       {self.receipt}")
        print(f"  attestation  {self.slip}")
        for path in screenshots:
            print(f"  écran        {path}")
        print(f"  sans réseau  {self.offline_sentence}")
        print("\nÀ essayer :\n")
        for command in self.verification_commands():
            print(f"  {command}\n")
        print(f"Les mêmes en données : {summary}")


def run_once(demo):
    print("Guichet, démonstration\n")
    with demo.step("poste et centre créés, poste enrôlé"):
        demo.enrol()
    demo.capture()
    demo.deposit()
    demo.prove()


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("build", type=pathlib.Path)
    parser.add_argument("--run", type=pathlib.Path, help="default: BUILD/run")
    parser.add_argument("--no-window", action="store_true", help="only the part without a display")
    arguments = parser.parse_args()
    build = arguments.build.resolve()
    run = (arguments.run or build / "run").resolve()
    shutil.rmtree(run, ignore_errors=True)
    run.mkdir(parents=True)
    demo = Demo(build, run)
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    try:
        run_once(demo)
        screenshots = []
        if not arguments.no_window:
            import window
            screenshots = window.show(demo)
        summary = demo.write_summary(screenshots)
        demo.print_summary(screenshots, summary)
        if not arguments.no_window:
            window.leave_open(demo)
    finally:
        demo.stop_centre()


if __name__ == "__main__":
    main()
