#!/usr/bin/python3
# SPDX-License-Identifier: EUPL-1.2
"""The kiosk without its screens: policy, slot, tickets, guesses; and agents in other roles."""
import json
import os
import pathlib
import sqlite3
import subprocess
import tempfile
import unittest

BUILD = pathlib.Path(os.environ["GUICHET_BUILD"])
SOURCE = pathlib.Path(os.environ["GUICHET_SOURCE"])
CTL = BUILD / "app/cli/guichetctl"
POLICY = json.loads((SOURCE / "assets/policy/kiosk.json").read_text(encoding="utf-8"))


class Kiosk(unittest.TestCase):
    def setUp(self):
        temporary = tempfile.TemporaryDirectory(prefix="guichet-kiosk-")
        self.addCleanup(temporary.cleanup)
        self.folder = pathlib.Path(temporary.name)
        self.root = self.folder / "station"
        (self.folder / "pass").write_text("une phrase\n", encoding="utf-8")
        (self.root / "policy").mkdir(parents=True)
        reserve = json.loads((SOURCE / "assets/policy/storage.json").read_text(encoding="utf-8"))
        (self.root / "policy/storage.json").write_text(json.dumps(
            dict(reserve, reserve_bytes=4096, margin_bytes=0)), encoding="utf-8")
        self.allow(True)
        self.good("station", "init", "mairie-1", "--procedures", SOURCE / "assets/procedures")
        self.good("station", "agent", "amelie", "--cost", "14",
                  "--new-passphrase-file", self.folder / "pass")

    def allow(self, unattended, **others):
        (self.root / "policy/kiosk.json").write_text(
            json.dumps(dict(POLICY, unattended=unattended, **others)), encoding="utf-8")

    def call(self, *arguments, agent=None, role=None):
        who = ["--agent", agent, "--passphrase-file", self.folder / "pass"] if agent else []
        as_role = ["--role", role] if role else []
        command = [CTL, "--root", self.root, "--json", *as_role, *who, *arguments]
        return subprocess.run([str(part) for part in command], capture_output=True, text=True,
                              input="", timeout=60)

    def good(self, *arguments, **options):
        done = self.call(*arguments, **options)
        self.assertEqual(done.returncode, 0, done.stderr)
        return json.loads(done.stdout)

    def refused(self, name, *arguments, **options):
        done = self.call(*arguments, **options)
        self.assertEqual(done.returncode, 1, done.stdout + done.stderr)
        error = json.loads(done.stderr)
        self.assertEqual(error["error"], name, error["message"])
        return error["message"]

    def citizen(self, *arguments):
        return self.good("kiosk", *arguments, role="citizen")

    def begin(self):
        self.good("station", "kiosk", "open", agent="amelie")
        return self.citizen("begin", "passport")

    def test_policy_decides(self):
        self.allow(False)
        self.assertIn("unattended", self.refused("denied", "station", "kiosk", "open",
                                                 agent="amelie"))
        self.refused("denied", "kiosk", "begin", "passport", role="citizen")
        self.allow(True)
        self.refused("denied", "kiosk", "begin", "passport", role="citizen")  # nobody opened it
        self.good("station", "kiosk", "open", agent="amelie")
        ticket = self.citizen("begin", "passport")["ticket"]
        status = self.good("station", "status")
        self.assertTrue(status["kiosk_allowed"] and status["kiosk_open"])
        self.allow(False)
        self.refused("denied", "kiosk", "resume", ticket, role="citizen")
        self.allow("oui")
        self.refused("malformed", "kiosk", "resume", ticket, role="citizen")

    def test_status_says_what_a_thief_would_open(self):
        self.begin()
        done = subprocess.run([str(CTL), "--root", str(self.root), "station", "status"],
                              capture_output=True, text=True, check=True)
        self.assertIn("un disque volé ouvre ce qui a été commencé à la borne", done.stdout)

    def test_a_ticket_leads_back_and_an_agent_takes_over(self):
        begun = self.begin()
        self.citizen("resume", begun["ticket"], "surname=Éluard")
        again = self.citizen("resume", " ".join(begun["ticket"][i:i + 3] for i in (0, 3, 6, 9)))
        self.assertEqual(again["fields"]["surname"], "Éluard")
        found = self.good("request", "ticket", begun["ticket"], agent="amelie")
        self.assertEqual(found["request"], begun["request"])
        self.good("request", "set", begun["request"], "surname=Aragon", agent="amelie")
        self.good("db", "check")

    def test_the_kiosk_opens_nothing_of_the_desk(self):
        self.begin()
        desk = self.good("request", "new", "other-case", "description=secret", agent="amelie")
        self.refused("denied", "request", "show", desk["request"], role="citizen")
        self.refused("denied", "request", "list", role="citizen")
        self.refused("locked", "request", "set", desk["request"], "description=x", role="citizen")

    def test_guesses_wait(self):
        ticket = self.begin()["ticket"]
        self.assertIn("chiffre", self.refused("argument", "kiosk", "resume", "1" + ticket[1:]
                                              if ticket[0] != "1" else "2" + ticket[1:],
                                              role="citizen"))
        wrong = "000000000000"  # its check digit holds
        for _ in range(4):
            self.refused("not-found", "kiosk", "resume", wrong, role="citizen")
        self.citizen("resume", ticket)
        self.refused("not-found", "kiosk", "resume", wrong, role="citizen")
        self.assertIn("Attendez", self.refused("denied", "kiosk", "resume", wrong, role="citizen"))
        # not even the right one, or holding a ticket would buy guesses
        self.refused("denied", "kiosk", "resume", ticket, role="citizen")
        self.good("request", "ticket", ticket, agent="amelie")

    def test_closed_and_opened_again(self):
        begun = self.begin()
        self.good("station", "kiosk", "close")
        self.refused("denied", "kiosk", "resume", begun["ticket"], role="citizen")
        self.good("request", "set", begun["request"], "surname=Aragon", agent="amelie")
        self.good("station", "kiosk", "open", agent="amelie")
        self.good("station", "rekey", agent="amelie")
        again = self.citizen("resume", begun["ticket"])
        self.assertEqual(again["fields"]["surname"], "Aragon")
        self.citizen("erase", begun["ticket"])
        self.refused("not-found", "kiosk", "resume", begun["ticket"], role="citizen")
        self.good("db", "check")

    def test_the_disk_does_not_say_the_ticket(self):
        ticket = self.begin()["ticket"]
        for path in self.root.rglob("*"):
            if path.is_file():
                self.assertNotIn(ticket.encode(), path.read_bytes(), path)

    def test_roles_of_agents(self):
        for name in ("marie", "theo"):
            self.good("station", "agent", name, "--cost", "14", "--new-passphrase-file",
                      self.folder / "pass", agent="amelie")
        self.good("station", "role", "marie", "mediator", agent="amelie")
        self.good("station", "role", "theo", "technician", agent="amelie")
        roles = {a["name"]: a["role"] for a in self.good("station", "agents")["agents"]}
        self.assertEqual(roles, {"amelie": "agent", "marie": "mediator", "theo": "technician"})
        request = self.good("request", "new", "other-case", "description=Aragon",
                            agent="marie")["request"]
        self.refused("denied", "station", "rekey", agent="marie")
        self.assertIn("Médiateur", self.refused("denied", "request", "new", "passport",
                                                agent="marie", role="agent"))
        self.refused("denied", "request", "show", request, agent="theo")
        self.good("station", "rekey", agent="amelie")
        self.good("request", "show", request, agent="marie")
        self.refused("denied", "station", "role", "marie", "agent", agent="theo")
        self.good("station", "agent-revoke", "theo", agent="amelie")
        self.good("station", "agent-revoke", "marie", agent="amelie")
        self.refused("state", "station", "role", "amelie", "technician", agent="amelie")

    def test_a_role_changed_on_the_disk_opens_nothing(self):
        self.good("station", "agent", "theo", "--cost", "14", "--new-passphrase-file",
                  self.folder / "pass", agent="amelie")
        self.good("station", "role", "theo", "technician", agent="amelie")
        with sqlite3.connect(self.root / "station.db") as database:
            database.execute("UPDATE agent SET role = 'agent' WHERE name = 'theo'")
        self.refused("denied", "request", "new", "passport", agent="theo")


if __name__ == "__main__":
    unittest.main()
