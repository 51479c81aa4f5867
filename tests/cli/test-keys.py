#!/usr/bin/python3
# SPDX-License-Identifier: EUPL-1.2
"""Agents, keys and the TPM as a technician sees them, by guichetctl and a real swtpm."""
import json
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile
import time
import unittest

BUILD = pathlib.Path(os.environ["GUICHET_BUILD"])
SOURCE = pathlib.Path(os.environ["GUICHET_SOURCE"])
CTL = BUILD / "app/cli/guichetctl"


class Keys(unittest.TestCase):
    def setUp(self):
        self.temporary = tempfile.TemporaryDirectory(prefix="guichet-keys-")
        self.folder = pathlib.Path(self.temporary.name)
        self.root = self.folder / "station"
        for name in ("amelie", "bruno", "fresh", "wrong"):
            (self.folder / name).write_text(f"la phrase {name}\n")
        self.good("station", "init", "mairie-1", "--procedures", SOURCE / "assets/procedures",
                  *self.init_options())
        self.good("station", "agent", "amelie", "--cost", "14", "--new-passphrase-file",
                  self.folder / "amelie")

    def tearDown(self):
        self.temporary.cleanup()

    def init_options(self):
        return ()

    def ctl(self, *arguments, agent=None, passphrase=None):
        who = ["--agent", agent, "--passphrase-file",
               self.folder / (passphrase or agent)] if agent else []
        return subprocess.run([str(p) for p in (CTL, "--root", self.root, "--json", *who,
                                                *arguments)],
                              capture_output=True, text=True, timeout=60)

    def good(self, *arguments, **session):
        done = self.ctl(*arguments, **session)
        self.assertEqual(done.returncode, 0, done.stderr)
        return json.loads(done.stdout)

    def refused(self, name, *arguments, **session):
        done = self.ctl(*arguments, **session)
        self.assertEqual(done.returncode, 1, done.stdout)
        error = json.loads(done.stderr)
        self.assertEqual(error["error"], name, error["message"])
        return error["message"]

    def add_bruno(self):
        self.good("station", "agent", "bruno", "--cost", "14", "--new-passphrase-file",
                  self.folder / "bruno", agent="amelie")

    def new(self, agent, **session):
        return self.good("request", "new", "other-case", agent=agent, **session)["request"]


class Agents(Keys):
    def test_a_revoked_agent_is_out_and_a_colleague_goes_on(self):
        self.add_bruno()
        request = self.new("bruno")
        self.assertTrue(self.good("station", "agent-revoke", "bruno", agent="amelie")["renewed"])
        self.assertIn("révoqué", self.refused("denied", "request", "show", request, agent="bruno"))
        self.good("request", "show", request, agent="amelie")
        agents = {a["name"]: a for a in self.good("station", "agents")["agents"]}
        self.assertIsNotNone(agents["bruno"]["revoked"])
        self.assertIsNone(agents["amelie"]["revoked"])
        self.good("audit", "verify")

    def test_nobody_revokes_himself_and_so_not_the_last_one(self):
        self.refused("state", "station", "agent-revoke", "amelie", agent="amelie")
        self.refused("not-found", "station", "agent-revoke", "personne", agent="amelie")
        self.refused("locked", "station", "agent-revoke", "amelie")

    def test_a_passphrase_changes(self):
        request = self.new("amelie")
        self.good("station", "passphrase", "--cost", "14", "--new-passphrase-file",
                  self.folder / "fresh", agent="amelie")
        self.refused("denied", "request", "show", request, agent="amelie")
        self.good("request", "show", request, agent="amelie", passphrase="fresh")

    def test_new_keys_open_old_drafts(self):
        self.add_bruno()
        requests = [self.new("amelie") for _ in range(3)]
        self.good("station", "rekey", agent="amelie")
        for agent in ("amelie", "bruno"):
            for request in requests:
                self.good("request", "show", request, agent=agent)
        self.good("db", "check")

    def test_failed_logins_are_slowed_counted_and_journalled(self):
        for _ in range(5):
            self.refused("denied", "request", "new", "other-case", agent="amelie",
                         passphrase="wrong")
        agents = self.good("station", "agents")["agents"]
        self.assertEqual(agents[0]["failures"], 5)
        entries = self.good("audit", "verify")["entries"]
        message = self.refused("denied", "request", "new", "other-case", agent="amelie")
        self.assertIn("attendez", message)
        self.assertEqual(self.good("audit", "verify")["entries"], entries + 1)
        time.sleep(5.5)
        self.new("amelie")
        self.assertEqual(self.good("station", "agents")["agents"][0]["failures"], 0)


@unittest.skipUnless(shutil.which("swtpm"), "swtpm is not installed")
class Tpm(Keys):
    def init_options(self):
        socket = self.folder / "tpm/sock"
        socket.parent.mkdir()
        self.tpm = subprocess.Popen(
            ["swtpm", "socket", "--tpm2", "--tpmstate", f"dir={socket.parent}",
             "--server", f"type=unixio,path={socket}", "--ctrl", f"type=unixio,path={socket}.ctrl",
             "--flags", "not-need-init,startup-clear"],
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        while not socket.exists():
            time.sleep(0.02)
        return ("--tpm", f"swtpm:path={socket}")

    def tearDown(self):
        self.tpm.terminate()
        self.tpm.wait()
        super().tearDown()

    def test_status_says_where_the_keys_are(self):
        status = self.good("station", "status")
        self.assertTrue(status["tpm"])
        self.assertTrue(status["tpm_at"].startswith("swtpm:"))
        self.assertEqual(status["warnings"], [])
        self.assertFalse((self.root / "keys/station.secret").exists())

    def test_without_its_tpm_it_refuses_whatever_the_environment_says(self):
        self.new("amelie")
        self.tpm.terminate()
        self.tpm.wait()
        os.environ["TPM2TOOLS_TCTI"] = os.environ["TSS2_LOG"] = "none"
        message = self.refused("device", "request", "new", "other-case", agent="amelie")
        self.assertIn("TPM", message)
        self.assertEqual(len(self.good("station", "status")["warnings"]), 1)

    def test_a_restored_copy_is_named_and_can_be_answered_for(self):
        self.new("amelie")
        shutil.copy(self.root / "station.db", self.folder / "old.db")
        self.new("amelie")
        self.good("audit", "verify")
        shutil.copy(self.folder / "old.db", self.root / "station.db")
        self.assertIn("copie plus ancienne", self.refused("corrupt", "audit", "verify"))
        self.good("station", "accept-restore", agent="amelie")
        self.good("audit", "verify")

    def test_boot_needs_a_tpm(self):
        self.refused("argument", "--root", self.folder / "other", "station", "init", "x-1",
                     "--boot", "--procedures", SOURCE / "assets/procedures")


if __name__ == "__main__":
    unittest.main(argv=sys.argv, verbosity=2)
