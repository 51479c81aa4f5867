# SPDX-License-Identifier: EUPL-1.2
"""The desk and the service that sends are two users, as on an installed station: what tmpfiles.d
prepares and `station init` fills is enough for the second, and is no more than it needs."""
import os
import re
import shutil
import subprocess
import sys
import unittest

from e2e_kit import CTL, SYNCD, Case, main, run

SOURCE = os.environ["GUICHET_SOURCE"]
IDS = {"guichet": 61001, "guichet-sync": 61002}
DESK = ["setpriv", "--reuid=61001", "--regid=61001", "--clear-groups"]
SERVICE = ["setpriv", "--reuid=61002", "--regid=61002", "--groups=61001"]


def prepare(root):
    """The folders of tmpfiles.d, with numbers for users that this machine need not have."""
    with open(os.path.join(SOURCE, "packaging/tmpfiles/guichet.conf"), encoding="ascii") as file:
        for line in file:
            words = line.split()
            if words[:1] == ["d"]:
                path = re.sub("^/var/lib/guichet", root, words[1])
                os.makedirs(path, exist_ok=True)
                os.chown(path, IDS[words[3]], IDS[words[4]])
                os.chmod(path, int(words[2], 8))


class TwoUsers(Case):
    def setUp(self):
        super().setUp()
        os.chmod(self.folder, 0o755)
        self.root = os.path.join(self.folder, "desk")
        prepare(self.root)
        self.desk("station", "init", "mairie-2", "--procedures",
                  os.path.join(SOURCE, "assets/procedures"))
        answer = os.path.join(self.folder, "answer")
        self.centre.verb("enrol", os.path.join(self.root, "enrol"), "--name", "Mairie", "-o",
                         answer, "--url", self.centre.url)
        run("chmod", "-R", "a+rX", answer)
        self.phrase = os.path.join(self.folder, "phrase")
        with open(self.phrase, "w", encoding="ascii") as file:
            file.write("une phrase d'essai")
        os.chmod(self.phrase, 0o644)
        self.desk("station", "enrol", answer, "--fingerprint", self.centre.fingerprint)
        self.desk("station", "agent", "amelie", "--cost", "14", "--new-passphrase-file",
                  self.phrase)

    def desk(self, *words):
        return run(*DESK, CTL, "--root", self.root, *words).stdout.strip()

    def session(self, *words):
        return self.desk("--agent", "amelie", "--passphrase-file", self.phrase, *words)

    def service(self, *words):
        return run(*SERVICE, *words, check=False)

    def seal(self):
        request = self.session("request", "new", "other-case", "description=Une question")
        page = os.path.join(self.folder, "page.txt")
        with open(page, "w", encoding="ascii") as file:
            file.write("une page\n")
        os.chmod(page, 0o644)
        self.session("request", "attach", request, "piece", page)
        self.session("request", "seal", request)

    def test_the_service_sends_what_the_desk_sealed(self):
        self.seal()
        done = self.service(SYNCD, "--root", self.root, "--once")
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
        self.assertEqual(len(self.centre.deposits()), 1)
        self.seal()  # the desk goes on after the service made files of its own
        self.desk("sync", "once")
        self.seal()  # and the service after the desk did
        done = self.service(SYNCD, "--root", self.root, "--once")
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
        self.assertEqual(len(self.centre.deposits()), 3)
        self.desk("db", "check")

    def test_the_service_reads_no_secret_of_the_desk(self):
        for name in ("keys/sign.key", "keys/station.secret"):
            path = os.path.join(self.root, name)
            self.assertNotEqual(self.service("cat", path).returncode, 0, name)
        tls = self.service("cat", os.path.join(self.root, "keys/tls.key"))
        self.assertEqual(tls.returncode, 0, tls.stderr)  # the refusals above are not blind

    def test_the_service_does_not_replace_what_the_desk_trusts(self):
        for name in ("trust", "keys", "procedures", "outbox", "station.json"):
            path = os.path.join(self.root, name)
            self.assertNotEqual(self.service("mv", path, path + "-away").returncode, 0, name)
        self.assertNotEqual(
            self.service("cp", "/dev/null", os.path.join(self.root, "trust/root.crt")).returncode,
            0)

    def test_nobody_else_reads_anything(self):
        other = ["setpriv", "--reuid=61003", "--regid=61003", "--clear-groups"]
        self.assertNotEqual(run(*other, "ls", self.root, check=False).returncode, 0)


if __name__ == "__main__":
    if os.geteuid() != 0 or shutil.which("setpriv") is None:
        print("skipped: two users need root and setpriv")
        sys.exit(77)
    if subprocess.run(SERVICE + ["test", "-x", SYNCD], check=False).returncode != 0:
        print("skipped: another user cannot reach the build folder")
        sys.exit(77)
    main()
