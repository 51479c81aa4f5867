#!/usr/bin/python3
# SPDX-License-Identifier: EUPL-1.2
"""Agents with cards as a technician sees them: guichetctl on SoftHSM2, and on a module in front of
it that counts tries, hangs and crashes (tests/drivers/tricky-module.c)."""
import json
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile
import unittest

BUILD = pathlib.Path(os.environ["GUICHET_BUILD"])
SOURCE = pathlib.Path(os.environ["GUICHET_SOURCE"])
CTL = BUILD / "app/cli/guichetctl"
SOFTHSM = "/usr/lib/softhsm/libsofthsm2.so"
TRICKY = str(BUILD / "tests/drivers/libtricky-module.so")
PIN, WRONG = "135790", "246802"


@unittest.skipUnless(shutil.which("softhsm2-util") and shutil.which("pkcs11-tool")
                     and os.path.exists(SOFTHSM), "softhsm2 or opensc is not installed")
class Cards(unittest.TestCase):
    def setUp(self):
        self.temporary = tempfile.TemporaryDirectory(prefix="guichet-cards-")
        self.folder = pathlib.Path(self.temporary.name)
        self.root = self.folder / "station"
        (self.folder / "tokens").mkdir()
        (self.folder / "softhsm2.conf").write_text(
            f"directories.tokendir = {self.folder}/tokens\n")
        (self.root / "policy").mkdir(parents=True)
        small = json.loads((SOURCE / "assets/policy/storage.json").read_text())
        small["reserve_bytes"] = 1048576
        (self.root / "policy/storage.json").write_text(json.dumps(small))
        self.environment = dict(os.environ, SOFTHSM2_CONF=str(self.folder / "softhsm2.conf"),
                                TRICKY_FOLDER=str(self.folder))
        for name, text in (("phrase", "la phrase de colette"), ("pin", PIN), ("wrong", WRONG)):
            (self.folder / name).write_text(text + "\n")
        self.policy(modules=[SOFTHSM, TRICKY])
        self.good("station", "init", "mairie-1", "--procedures", SOURCE / "assets/procedures")
        self.card("amelie")
        self.good("station", "agent", "amelie", "--card", f"{TRICKY}:amelie",
                  "--new-passphrase-file", self.folder / "pin")

    def tearDown(self):
        self.temporary.cleanup()

    def policy(self, modules=None, **attempts):
        path = self.root / "policy/session.json"
        source = path if path.exists() else SOURCE / "assets/policy/session.json"
        policy = json.loads(source.read_text())
        if modules is not None:
            policy["cards"]["modules"] = modules
        policy["attempts"].update(attempts)
        path.write_text(json.dumps(policy))

    def card(self, label):
        self.run_tool("softhsm2-util", "--init-token", "--free", "--label", label, "--pin", PIN,
                      "--so-pin", "87654321")
        self.run_tool("pkcs11-tool", "--module", SOFTHSM, "--token-label", label, "--login",
                      "--pin", PIN, "--keypairgen", "--key-type", "EC:prime256v1", "--id", "01",
                      "--usage-derive")

    def run_tool(self, *command):
        subprocess.run(command, env=self.environment, check=True, capture_output=True)

    def play(self, *tricks):
        (self.folder / "tricks").write_text("".join(t + "\n" for t in tricks))

    def ctl(self, *arguments, agent=None, secret="pin", **environment):
        who = ["--agent", agent, "--passphrase-file", self.folder / secret] if agent else []
        return subprocess.run([str(p) for p in (CTL, "--root", self.root, "--json", *who,
                                                *arguments)],
                              env=dict(self.environment, **environment), capture_output=True,
                              text=True, timeout=60)

    def good(self, *arguments, **session):
        done = self.ctl(*arguments, **session)
        self.assertEqual(done.returncode, 0, done.stderr)
        return json.loads(done.stdout)

    def refused(self, name, *arguments, **session):
        done = self.ctl(*arguments, **session)
        self.assertEqual(done.returncode, 1, done.stdout)
        self.assertEqual(len(done.stderr.strip().splitlines()), 1, done.stderr)
        error = json.loads(done.stderr)
        self.assertEqual(error["error"], name, error["message"])
        return error["message"]

    def new(self, agent, **session):
        return self.good("request", "new", "other-case", agent=agent, **session)["request"]

    def failures(self, agent):
        return next(a["failures"] for a in self.good("station", "agents")["agents"]
                    if a["name"] == agent)

    def add_colette(self):
        self.good("station", "agent", "colette", "--cost", "14", "--new-passphrase-file",
                  self.folder / "phrase", agent="amelie")

    def journal(self):
        return subprocess.run(
            ["sqlite3", "-readonly", self.root / "station.db",
             "SELECT event || ' ' || subject FROM journal ORDER BY sequence"],
            check=True, capture_output=True, text=True).stdout.splitlines()


class LogIn(Cards):
    def test_a_card_and_its_code_open_what_a_colleague_takes_over(self):
        request = self.new("amelie")
        self.good("request", "show", request, agent="amelie")
        self.add_colette()
        self.good("request", "show", request, agent="colette", secret="phrase")
        agents = {a["name"]: a["kind"] for a in self.good("station", "agents")["agents"]}
        self.assertEqual(agents, {"amelie": "card", "colette": "passphrase"})
        # and two cards at one desk
        self.card("bruno")
        self.good("station", "agent", "bruno", "--card", f"{SOFTHSM}:bruno",
                  "--new-passphrase-file", self.folder / "pin", agent="amelie")
        self.good("request", "show", request, agent="bruno")
        self.good("station", "rekey", agent="bruno")
        for agent, secret in (("amelie", "pin"), ("bruno", "pin"), ("colette", "phrase")):
            self.good("request", "show", request, agent=agent, secret=secret)
        self.good("db", "check")

    def test_the_code_is_on_no_command_line_and_in_no_file(self):
        self.new("amelie")
        for path in self.root.rglob("*"):
            if path.is_file():
                self.assertNotIn(PIN.encode(), path.read_bytes(), path)

    def test_a_wrong_code_costs_one_try_and_is_counted_slowed_and_journalled(self):
        self.play("keep-tries")
        self.policy(free=1)
        message = self.refused("denied", "request", "new", "other-case", agent="amelie",
                               secret="wrong")
        self.assertIn("le code est faux", message)
        self.assertEqual((self.folder / "tries").read_text(), "2\n")
        self.assertEqual(self.failures("amelie"), 1)
        # the wait is ours: the card is not asked
        message = self.refused("denied", "request", "new", "other-case", agent="amelie")
        self.assertIn("attendez", message)
        self.assertEqual((self.folder / "tries").read_text(), "2\n")
        self.assertEqual(self.journal()[-2:], ["login-refused amelie", "login-delayed amelie"])

    def test_the_last_try_is_the_agents_own_decision(self):
        self.play("keep-tries")
        for left in ("2\n", "1\n"):
            self.refused("denied", "request", "new", "other-case", agent="amelie", secret="wrong")
            self.assertEqual((self.folder / "tries").read_text(), left)
        message = self.refused("state", "request", "new", "other-case", agent="amelie")
        self.assertIn("qu’un essai", message)
        self.assertEqual((self.folder / "tries").read_text(), "1\n")
        self.assertEqual(self.failures("amelie"), 2)
        self.refused("denied", "--last-try", "request", "new", "other-case", agent="amelie",
                     secret="wrong")
        message = self.refused("denied", "--last-try", "request", "new", "other-case",
                               agent="amelie")
        self.assertIn("la carte est bloquée", message)

    def test_what_is_wrong_with_the_card_is_said(self):
        (self.folder / "pulled").touch()
        self.assertIn("aucune carte",
                      self.refused("not-found", "request", "new", "other-case", agent="amelie"))
        self.assertEqual(self.failures("amelie"), 0)
        (self.folder / "pulled").unlink()
        self.card("bruno")
        message = self.refused("mismatch", "--card", f"{TRICKY}:bruno", "request", "new",
                               "other-case", agent="amelie")
        self.assertIn("« amelie »", message)
        shutil.rmtree(self.folder / "tokens")
        (self.folder / "tokens").mkdir()
        self.card("amelie")  # another card of the same name
        message = self.refused("not-found", "request", "new", "other-case", agent="amelie")
        self.assertIn("n’est pas celle", message)

    def test_only_modules_of_the_policy_are_loaded(self):
        self.policy(modules=[SOFTHSM])
        message = self.refused("denied", "request", "new", "other-case", agent="amelie")
        self.assertIn("session.json", message)
        self.assertEqual(self.failures("amelie"), 0)
        # the same card by another module, once somebody says which
        self.good("request", "new", "other-case", "--card", SOFTHSM, agent="amelie")
        self.policy(modules=["/nonexistent.so", TRICKY])
        self.refused("unsupported", "--card", "/nonexistent.so", "request", "new", "other-case",
                     agent="amelie")
        (self.root / "policy/session.json").write_text("{}")
        self.refused("malformed", "request", "new", "other-case", agent="amelie")
        self.good("station", "status")

    def test_a_module_that_crashes_is_an_error_and_a_counted_attempt(self):
        self.play("crash-at-derive")
        self.assertIn("brutalement", self.refused("device", "request", "new", "other-case",
                                                  agent="amelie"))
        self.assertEqual(self.failures("amelie"), 1)
        self.play()
        self.new("amelie")
        self.assertEqual(self.failures("amelie"), 0)


class Agents(Cards):
    def test_a_revoked_card_is_out(self):
        request = self.new("amelie")
        self.add_colette()
        self.good("station", "agent-revoke", "amelie", agent="colette", secret="phrase")
        message = self.refused("denied", "request", "show", request, agent="amelie")
        self.assertIn("révoqué", message)
        self.good("request", "show", request, agent="colette", secret="phrase")

    def test_a_passphrase_gives_way_to_a_card(self):
        self.add_colette()
        request = self.new("colette", secret="phrase")
        self.card("colette")
        self.good("station", "card", f"{SOFTHSM}:colette", "--new-passphrase-file",
                  self.folder / "pin", agent="colette", secret="phrase")
        self.refused("denied", "request", "show", request, agent="colette", secret="phrase")
        self.good("request", "show", request, agent="colette")


if __name__ == "__main__":
    unittest.main(argv=sys.argv, verbosity=2)
