#!/usr/bin/python3
# SPDX-License-Identifier: EUPL-1.2
"""guichetctl diagnostic on a real station with a real centre: what it says of it, its signed report
read by `openssl`, and no name of a person in any of it."""
import base64
import hashlib
import importlib.util
import json
import os
import pathlib
import re
import subprocess
import sys
import time
import unittest

HERE = pathlib.Path(__file__).resolve().parent
spec = importlib.util.spec_from_file_location("test_day", HERE / "test-day.py")
day = importlib.util.module_from_spec(spec)
spec.loader.exec_module(day)
cli = day.cli
SANE = cli.SOURCE / "tests/emulators/sane"

# planted where a person's data may be: the agent, the draft's fields, the passphrase
CANARIES = ["amelie", "canari-Zoé", "Zoé", "0612345678", "06 12 34 56 78", "canari@exemple.fr"]


class Diagnostic(day.Day):
    def look(self, *arguments, status=None, **environment):
        """The JSON and the exit status of a quick diagnostic."""
        environment = {"SANE_CONFIG_DIR": str(SANE), **environment}
        done = subprocess.run([str(part) for part in [
            cli.CTL, "--root", self.root, "--json", "diagnostic", *arguments]],
            capture_output=True, text=True, check=False, timeout=120,
            env={**os.environ, **environment})
        self.assertIn(done.returncode, (0, 3, 4) if status is None else (status,), done.stderr)
        answer = json.loads(done.stdout)
        self.assertEqual({"ok": 0, "attention": 3, "fault": 4}[answer["diagnostic"]["state"]],
                         done.returncode)
        return answer

    def part(self, answer, name):
        return next(one for one in answer["diagnostic"]["parts"] if one["part"] == name)

    def references(self, part):
        return [finding["reference"] for finding in part["findings"]]

    def fact(self, part, name):
        return next(fact["value"] for fact in part["facts"] if fact["id"] == name)

    # --- what it says ---

    def test_every_part_is_looked_at(self):
        answer = self.look("--quick")
        self.assertEqual([one["part"] for one in answer["diagnostic"]["parts"]],
                         ["scanner", "camera", "fingerprint", "network", "sync", "certificates",
                          "clock", "disk", "keys", "data", "services", "programs"])
        for part in answer["diagnostic"]["parts"]:
            self.assertTrue(part["findings"], part)
            for finding in part["findings"]:
                self.assertRegex(finding["reference"], r"^DIAG-[A-Z]{2,5}-[0-9]{2}$")
                self.assertTrue(finding["conclusion"], finding)
                if finding["state"] != "ok":
                    self.assertTrue(finding["remedy"], finding)

    def test_a_scanner_that_works_is_tried(self):
        part = self.part(self.look(), "scanner")
        self.assertEqual(part["state"], "ok", part)
        self.assertIn("2480 × 3507 points, 300 points par pouce", self.fact(part, "picture"))
        self.assertEqual(self.fact(part, "driver"), "SANE test")
        memory = json.loads((self.root / "run/devices.json").read_text())
        self.assertGreater(memory["scanner"], 0)
        self.assertIn("last-good", [f["id"] for f in self.part(self.look("--quick"),
                                                                "scanner")["facts"]])

    def test_silent_scanners_are_told_apart(self):
        empty = self.folder / "sane-empty"
        empty.mkdir(exist_ok=True)
        (empty / "dll.conf").write_text("genesys\n")
        part = self.part(self.look(SANE_CONFIG_DIR=str(empty)), "scanner")
        self.assertEqual(self.references(part), ["DIAG-SCAN-01"], part)
        self.good("station", "device", "scanner", "sane:net:127.0.0.1:test:0")
        part = self.part(self.look(), "scanner")
        self.assertEqual(self.references(part), ["DIAG-SCAN-05"], part)
        self.assertIn("saned", part["findings"][0]["remedy"])
        self.good("station", "device", "scanner", "sane:brother4:net1;dev0")
        part = self.part(self.look(), "scanner")
        self.assertEqual(self.references(part), ["DIAG-SCAN-03"], part)
        self.good("station", "device", "scanner",
                  "sane:test:0#read-return-value=SANE_STATUS_COVER_OPEN")
        part = self.part(self.look(), "scanner")
        self.assertEqual(self.references(part), ["DIAG-SCAN-12"], part)
        self.assertIn("capot", part["findings"][0]["conclusion"])
        self.good("station", "device", "scanner", "auto")

    def test_the_line_step_by_step(self):
        part = self.part(self.look("--quick"), "network")
        self.assertEqual(self.references(part), ["DIAG-NET-00"], part)
        for step in ("name", "tcp", "tls", "http"):
            self.assertTrue(self.fact(part, step).startswith("réussi"), part)

    def test_a_centre_that_is_down_is_said(self):
        saved = (self.root / "station.json").read_text()
        try:
            for url, reference in (("https://127.0.0.1:1", "DIAG-NET-03"),
                                   ("https://nulle-part.invalid:443", "DIAG-NET-0[12]")):
                self.write_station(url)
                part = self.part(self.look("--quick", status=4), "network")
                self.assertRegex(part["findings"][0]["reference"], reference, part)
        finally:
            (self.root / "station.json").write_text(saved)

    def write_station(self, url):
        path = self.root / "station.json"
        path.write_text(re.sub(r'https://[^"]*', url, path.read_text()))

    def test_services_and_keys(self):
        answer = self.look("--quick", status=4)
        self.assertEqual(self.references(self.part(answer, "services")), ["DIAG-SERV-01"])
        syncd = subprocess.Popen([day.SYNCD, "--root", self.root], stdout=subprocess.DEVNULL,
                                 stderr=subprocess.DEVNULL)
        try:
            time.sleep(0.5)
            self.assertEqual(self.part(self.look("--quick"), "services")["state"], "ok")
        finally:
            syncd.terminate()
            syncd.wait(20)
        keys = self.part(answer, "keys")
        self.assertEqual(keys["state"], "ok", keys)
        self.assertTrue(self.fact(keys, "slots").startswith("1 ouverts"), keys)

    # --- the signed report ---

    def refuses(self, *arguments):
        done = self.ctl("diagnostic", "verify", *arguments)
        self.assertEqual((done.returncode, done.stdout), (cli.REFUSED, ""), arguments)

    def report(self):
        file = self.folder / "poste.diagnostic"
        answer = self.look("--quick", "-o", file, "--code")
        return file, answer["code"]

    def test_the_report_is_read_by_openssl(self):
        file, _ = self.report()
        done = subprocess.run(["openssl", "cms", "-verify", "-cades", "-inform", "DER", "-in", file,
                               "-CAfile", self.root / "trust/root.crt", "-purpose", "any"],
                              capture_output=True, check=False)
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertEqual(json.loads(done.stdout)["profile"], "diagnostic/1")
        ours = self.good("diagnostic", "verify", file)
        self.assertEqual(ours["diagnostic"], json.loads(done.stdout))

    def test_a_changed_report_is_refused(self):
        file, _ = self.report()
        whole = file.read_bytes()
        at = whole.index(b"DIAG-")
        for position in (0, at, len(whole) // 2, len(whole) - 1):
            broken = bytearray(whole)
            broken[position] ^= 1
            file.write_bytes(broken)
            self.refuses(file)
        file.write_bytes(whole[:-1])
        self.refuses(file)

    def test_the_code_names_the_report(self):
        file, code = self.report()
        said = self.good("diagnostic", "verify", "--code", code)
        self.assertEqual(said["station"], "mairie-1")
        self.assertEqual(said["report"], hashlib.sha256(file.read_bytes()).hexdigest())
        self.assertIn("DIAG-SERV-01!", said["findings"])
        text = self.folder / "code.txt"
        text.write_text(code.rstrip("\n"))  # as a reader of codes gives it
        self.good("diagnostic", "verify", "--code", f"@{text}", "--certificate",
                  self.root / "keys/sign.crt")

    def test_the_code_is_read_by_openssl(self):
        _, code = self.report()
        signed, signature = self.folder / "signed", self.folder / "sig"
        signed.write_text(code[:code.index("sig=")])
        signature.write_bytes(base64.b64decode(code[code.index("sig=") + 4:]))
        public = self.folder / "station.pub"
        public.write_bytes(subprocess.run(
            ["openssl", "x509", "-in", self.root / "keys/sign.crt", "-pubkey", "-noout"],
            capture_output=True, check=True).stdout)
        subprocess.run(["openssl", "dgst", "-sha256", "-verify", public, "-signature", signature,
                        signed], check=True, stdout=subprocess.DEVNULL)

    def test_a_changed_code_is_refused(self):
        _, code = self.report()
        for wrong in (code.replace("etat=fault", "etat=ok"), code.replace("!", "?", 1),
                      code[:-20], "attestation/1\n" + code, code.replace("rapport=", "rapport=0"),
                      code.replace("mairie-1", "mairie-2"), ""):
            self.refuses("--code", wrong)

    # --- nobody's name ---

    def test_no_person_is_in_it(self):
        request = self.draft()
        self.good("request", "set", request, "description=canari-Zoé, 06 12 34 56 78, "
                  "canari@exemple.fr", session=True)
        file, code = self.report()
        text = json.dumps(self.look("--quick"), ensure_ascii=False)
        for canary in CANARIES + [request]:
            for where in (text, file.read_bytes().decode("utf-8", "replace"), code):
                self.assertNotIn(canary, where)
        journal = subprocess.run(["sqlite3", "-readonly", self.root / "station.db",
                                  "SELECT group_concat(subject) FROM journal"],
                                 capture_output=True, text=True, check=True).stdout
        self.assertIn("amelie", journal)  # the canary is there to be found
        self.assertIn(request, journal)


for inherited in [name for name in vars(day.Day) if name.startswith("test_")]:
    setattr(Diagnostic, inherited, None)  # the day's own file runs them

if __name__ == "__main__":
    unittest.main(argv=sys.argv, verbosity=2, defaultTest="Diagnostic")
