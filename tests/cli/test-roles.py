#!/usr/bin/python3
# SPDX-License-Identifier: EUPL-1.2
"""guichetctl may do no more than the role that it is given: every verb, every role."""
import json
import os
import pathlib
import re
import subprocess
import tempfile
import unittest

BUILD = pathlib.Path(os.environ["GUICHET_BUILD"])
CTL = BUILD / "app/cli/guichetctl"
USAGE = re.compile(r"^  ([a-z0-9]+) ([a-z-]+) ", re.M)
FORBIDDEN = {
    "mediator": ("station init", "station agent", "station rekey", "db backup", "device list"),
    "citizen": ("request list", "request show", "request seal", "request slip", "sync once",
                "station status", "audit verify", "device capture"),
    "technician": ("request new", "request show", "request list", "request seal", "station agent",
                   "station rekey", "request slip"),
}


def call(*arguments):
    with tempfile.TemporaryDirectory(prefix="guichet-roles-") as folder:
        return subprocess.run([str(CTL), "--root", folder + "/none", *arguments],
                              capture_output=True, text=True, input="", timeout=60)


class Roles(unittest.TestCase):
    def denied(self, role, verb):
        done = call("--json", "--role", role, *verb.split(), "x", "y=z")
        if done.returncode == 2:  # so many arguments are not taken: none is
            done = call("--json", "--role", role, *verb.split())
        if done.returncode == 2:
            done = call("--json", "--role", role, *verb.split(), "x")
        return done.returncode == 1 and json.loads(done.stderr)["error"] == "denied"

    def test_what_a_role_may_not(self):
        for role, verbs in FORBIDDEN.items():
            for verb in verbs:
                with self.subTest(role=role, verb=verb):
                    self.assertTrue(self.denied(role, verb))

    def test_every_verb_has_its_line(self):
        """An agent may do everything: a verb that even an agent is denied is missing from
        app/cli/role.c."""
        verbs = USAGE.findall(call("--help").stdout)
        self.assertGreater(len(verbs), 40)
        for group, verb in verbs:
            with self.subTest(verb=f"{group} {verb}"):
                self.assertFalse(self.denied("agent", f"{group} {verb}"),
                                 f"add « {group} {verb} » to the table in app/cli/role.c")

    def test_a_wrong_role_is_a_usage_error(self):
        for role in ("", "root", "Agent", "agent,technician"):
            done = call("--role", role, "procedure", "list")
            self.assertEqual(done.returncode, 2)
            self.assertIn("rôle", done.stderr)


if __name__ == "__main__":
    unittest.main()
