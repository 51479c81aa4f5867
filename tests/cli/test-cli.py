#!/usr/bin/python3
# SPDX-License-Identifier: EUPL-1.2
"""guichetctl as a technician and a script meet it: exit statuses, one-line errors, --json."""
import datetime
import json
import os
import pathlib
import pty
import struct
import subprocess
import sys
import tempfile
import unittest
import zlib

BUILD = pathlib.Path(os.environ["GUICHET_BUILD"])
SOURCE = pathlib.Path(os.environ["GUICHET_SOURCE"])
CTL = BUILD / "app/cli/guichetctl"
CENTRAL = BUILD / "sync/central/guichet-central"
DONE, REFUSED, USAGE = 0, 1, 2


def png(width=4, height=4):
    """A grey picture, small and true."""
    def chunk(kind, data):
        return (struct.pack(">I", len(data)) + kind + data
                + struct.pack(">I", zlib.crc32(kind + data)))
    header = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    rows = b"".join(b"\0" + bytes(width) for _ in range(height))
    return (b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(rows))
            + chunk(b"IEND", b""))


class Station(unittest.TestCase):
    """One enrolled station for all tests of a class; each test opens its own requests."""

    @classmethod
    def setUpClass(cls):
        cls.temporary = tempfile.TemporaryDirectory(prefix="guichet-cli-")
        cls.folder = pathlib.Path(cls.temporary.name)
        (cls.folder / "pass").write_text("une phrase\n")
        (cls.folder / "wrong").write_text("une autre\n")
        (cls.folder / "page.png").write_bytes(png())
        cls.enrol("https://127.0.0.1:9")

    @classmethod
    def make_centre(cls):
        cls.centre = cls.folder / "centre"
        made = json.loads(cls.run_ok(CENTRAL, "--root", cls.centre, "--json", "init", "--name",
                                     "Essai", "--ip", "127.0.0.1").stdout)
        return made["root_fingerprint"]

    @classmethod
    def enrol(cls, url, fingerprint=None):
        """The station « mairie-1 » with its agent, enrolled at a centre that says it is at @url."""
        fingerprint = fingerprint or cls.make_centre()
        cls.root = cls.folder / "station"
        cls.run_ok(CTL, "--root", cls.root, "station", "init", "mairie-1", "--procedures",
                   SOURCE / "assets/procedures")
        cls.run_ok(CTL, "--root", cls.root, "station", "agent", "amelie", "--cost", "14",
                   "--new-passphrase-file", cls.folder / "pass")
        cls.run_ok(CENTRAL, "--root", cls.centre, "enrol", cls.root / "enrol", "--name", "Mairie",
                   "--url", url, "-o", cls.folder / "answer")
        cls.run_ok(CTL, "--root", cls.root, "station", "enrol", cls.folder / "answer",
                   "--fingerprint", fingerprint)

    @classmethod
    def tearDownClass(cls):
        cls.temporary.cleanup()

    @classmethod
    def call(cls, *command, text=None):
        return subprocess.run([str(part) for part in command], capture_output=True, text=True,
                              input=text if text is not None else "", timeout=60)

    @classmethod
    def run_ok(cls, *command):
        done = cls.call(*command)
        assert done.returncode == DONE, f"{command}: {done.stdout}{done.stderr}"
        return done

    def ctl(self, *arguments, session=False, text=None):
        who = ["--agent", "amelie", "--passphrase-file", self.folder / "pass"] if session else []
        return self.call(CTL, "--root", self.root, "--json", *who, *arguments, text=text)

    def good(self, *arguments, **options):
        done = self.ctl(*arguments, **options)
        self.assertEqual(done.returncode, DONE, done.stderr)
        return json.loads(done.stdout)

    def refused(self, name, *arguments, **options):
        done = self.ctl(*arguments, **options)
        self.assertEqual(done.returncode, REFUSED, done.stdout)
        self.assertEqual(done.stdout, "")
        error = json.loads(done.stderr)
        self.assertEqual(error["error"], name, error["message"])
        self.assertNotIn("\n", error["message"])
        self.assertGreater(len(error["message"]), 20)
        return error["message"]

    def draft(self):
        request = self.good("request", "new", "other-case",
                            "description=Une carte grise d’avant 1950", session=True)["request"]
        self.good("request", "attach", request, "piece", self.folder / "page.png", session=True)
        return request


class Usage(Station):
    def test_usage_errors_are_status_2(self):
        for arguments in ([], ["request"], ["request", "fly"], ["request", "new"],
                          ["request", "list", "extra"], ["--no-such-option"],
                          ["request", "list", "--output", "x"], ["db", "check", "--force"]):
            done = self.call(CTL, *arguments)
            self.assertEqual(done.returncode, USAGE, arguments)
            self.assertEqual(done.stderr.count("\n"), 1, done.stderr)

    def test_help_and_version(self):
        self.assertIn("request seal", self.call(CTL, "--help").stdout)
        self.assertRegex(self.call(CTL, "--version").stdout, r"^guichetctl \d+\.\d+\.\d+\n$")

    def test_a_full_output_is_no_success(self):
        with open("/dev/full", "w") as full:
            done = subprocess.run([CTL, "--root", self.root, "request", "list", "--json"],
                                  stdout=full, stderr=subprocess.PIPE, text=True)
        self.assertEqual(done.returncode, REFUSED)
        self.assertIn("sortie", done.stderr)


    def test_a_terminal_that_goes_away_is_a_refusal(self):
        ours, theirs = pty.openpty()
        asking = subprocess.Popen([CTL, "--root", self.root, "--agent", "amelie", "request", "new",
                                   "other-case"], stdin=theirs, stdout=subprocess.DEVNULL,
                                  stderr=subprocess.PIPE)
        asking.stderr.read(len("Phrase"))
        os.close(theirs)
        os.close(ours)
        rest = asking.communicate(timeout=60)[1].decode()
        self.assertEqual(asking.returncode, REFUSED, rest)
        self.assertIn("guichetctl: ", rest)


class StationVerbs(Station):
    def test_status_says_what_protects_the_keys(self):
        status = self.good("station", "status")
        self.assertTrue(status["enrolled"])
        self.assertFalse(status["tpm"])
        self.assertIn("TPM", self.call(CTL, "--root", self.root, "station", "status").stdout)

    def test_a_second_init_is_refused(self):
        self.refused("exists", "station", "init", "autre", "--procedures",
                     SOURCE / "assets/procedures")

    def test_bad_names_are_refused(self):
        for name in ("", "A", "mairie/1", "../x", "é", "x" * 80, "-a"):
            done = self.call(CTL, "--root", self.folder / "bad", "station", "init", "--procedures",
                             SOURCE / "assets/procedures", "--", name)
            self.assertEqual(done.returncode, REFUSED, name)

    def test_a_second_agent_needs_the_first(self):
        self.refused("locked", "station", "agent", "bruno", "--cost", "14",
                     "--new-passphrase-file", self.folder / "wrong")
        self.good("station", "agent", "bruno", "--cost", "14", "--new-passphrase-file",
                  self.folder / "wrong", session=True)
        done = self.call(CTL, "--root", self.root, "--agent", "bruno", "--passphrase-file",
                         self.folder / "wrong", "request", "new", "other-case")
        self.assertEqual(done.returncode, DONE, done.stderr)

    def test_no_station_says_how_to_make_one(self):
        done = self.call(CTL, "--root", self.folder / "nowhere", "request", "list")
        self.assertEqual(done.returncode, REFUSED)
        self.assertFalse((self.folder / "nowhere").exists())
        done = self.call(CTL, "--root", self.folder / "nowhere", "db", "check")
        self.assertEqual(done.returncode, REFUSED)
        self.assertFalse((self.folder / "nowhere").exists())

    def test_devices_are_chosen_by_family(self):
        self.good("station", "device", "camera", "test:")
        self.refused("argument", "station", "device", "toaster", "test:")


class DeviceVerbs(Station):
    """SANE's test backend and GStreamer's test source: the real stacks."""

    def setUp(self):
        os.environ["SANE_CONFIG_DIR"] = str(SOURCE / "tests/emulators/sane")

    def test_list_test_and_capture(self):
        families = [d["family"] for d in self.good("device", "list")["devices"]]
        self.assertIn("scanner", families)
        tests = self.good("device", "test", "test:")
        self.assertTrue(tests["all_work"])
        out = self.folder / "page.jpg"
        self.good("device", "capture", "scanner", "-o", out)
        self.assertTrue(out.read_bytes().startswith(b"\xff\xd8\xff"))
        self.assertEqual(out.stat().st_mode & 0o777, 0o600)

    def test_a_device_that_fails_is_told(self):
        self.assertIn("photo", self.refused("not-found", "device", "test",
                                            "file:/no/such/photo.jpg"))
        self.refused("argument", "device", "test", "toaster")
        self.refused("argument", "device", "capture", "camera")

    def test_a_jam_can_be_mended_by_the_person(self):
        self.refused("retry-jam", "device", "capture",
                     "sane:test:0#read-return-value=SANE_STATUS_JAMMED", "-o", self.folder / "x")


class RequestVerbs(Station):
    def test_a_session_is_needed(self):
        self.refused("locked", "request", "new", "other-case")
        done = self.call(CTL, "--root", self.root, "--json", "--agent", "amelie",
                         "--passphrase-file", self.folder / "wrong", "request", "new", "other-case")
        self.assertEqual(json.loads(done.stderr)["error"], "denied")
        self.refused("not-found", "request", "new", "no-such-procedure", session=True)

    def test_fields_are_checked_one_by_one(self):
        request = self.draft()
        self.refused("not-found", "request", "set", request, "no-such-field=1", session=True)
        self.refused("argument", "request", "set", request, "description", session=True)
        self.refused("not-found", "request", "set", "01ARZ3NDEKTSV4RRFFQ69G5FAV", "description=x",
                     session=True)
        self.good("request", "set", request, "description=deux\nlignes", session=True)
        shown = self.good("request", "show", request, session=True)
        self.assertEqual(shown["fields"]["description"], "deux\nlignes")
        self.refused("locked", "request", "show", request)

    def test_files_are_checked(self):
        request = self.draft()
        (self.folder / "odd.bin").write_bytes(b"\0\1\2")
        self.refused("malformed", "request", "attach", request, "piece", self.folder / "odd.bin",
                     session=True)
        self.refused("not-found", "request", "attach", request, "piece", self.folder / "none",
                     session=True)
        self.refused("argument", "request", "attach", request, "piece", self.folder, session=True)
        self.refused("argument", "request", "attach", request, "piece", "/dev/zero", session=True)

    def test_a_page_can_be_taken_back(self):
        request = self.draft()
        piece = self.good("request", "attach", request, "piece", self.folder / "page.png",
                          session=True)
        self.assertEqual(piece["ordinal"], 2)
        shown = self.good("request", "show", request, session=True)
        self.good("request", "remove", request, shown["pieces"][0]["piece"], session=True)
        shown = self.good("request", "show", request, session=True)
        self.assertEqual([p["ordinal"] for p in shown["pieces"]], [1])

    def test_check_says_what_is_missing(self):
        request = self.good("request", "new", "passport", session=True)["request"]
        check = self.good("request", "check", request, session=True)
        self.assertFalse(check["complete"])
        for gap in check["gaps"]:
            self.assertTrue(gap["label"] and gap["reason"] and gap["remedy"], gap)
        self.refused("incomplete", "request", "seal", request, session=True)

    def test_sealed_slip_and_code(self):
        request = self.draft()
        sealed = self.good("request", "seal", request, session=True)
        self.good("bundle", "verify", sealed["path"])
        self.assertEqual(self.good("bundle", "show", sealed["path"])["sha256"], sealed["bundle"])
        slip = self.folder / "slip.pdf"
        self.good("request", "slip", request, "-o", slip)
        self.assertTrue(slip.read_bytes().startswith(b"%PDF-"))
        self.refused("not-found", "request", "receipt", request, "-o", self.folder / "r.p7m")
        self.refused("state", "request", "erase", request, session=True)
        self.refused("state", "request", "abandon", request, session=True)

    def test_abandoned_is_gone(self):
        request = self.draft()
        self.good("request", "abandon", request, session=True)
        shown = self.good("request", "show", request, session=True)
        self.assertEqual((shown["state"], shown["fields"]), ("abandoned", {}))

    def test_a_copy_put_back_takes_the_later_bundles_along(self):
        kept = self.draft()
        copy = self.folder / "morning.db"
        self.good("db", "backup", copy)
        sealed = self.good("request", "seal", self.draft(), session=True)
        before = self.good("station", "status")["waiting"]
        restored = self.good("db", "restore", copy)
        self.assertTrue(pathlib.Path(restored["replaced"]).exists())
        self.assertEqual(restored["waiting"], before)
        found = self.good("request", "list", "--search", sealed["bundle"][:12])["requests"]
        self.assertEqual([one["sequence"] for one in found], [sealed["sequence"]])
        self.assertEqual(self.good("request", "show", kept, session=True)["state"], "draft")
        self.assertTrue(self.good("station", "upkeep")["sound"])

    def test_lists_come_in_pages(self):
        ids = [self.draft() for _ in range(3)]
        page = self.good("request", "list", "--limit", "2")["requests"]
        self.assertEqual([one["request"] for one in page], ids[:0:-1])
        rest = self.good("request", "list", "--limit", "1", "--before", ids[1], "--state", "draft")
        self.assertEqual([one["request"] for one in rest["requests"]], ids[:1])
        self.refused("argument", "request", "list", "--state", "nowhere")

    def test_without_a_network_the_bundle_waits(self):
        self.good("request", "seal", self.draft(), session=True)
        self.refused("network", "sync", "once")
        waiting = [b for b in self.good("sync", "status")["bundles"] if not b["received"]]
        self.assertGreaterEqual(len(waiting), 1)


    def test_a_bundle_is_judged_at_an_instant(self):
        """--at, else now; a clock set back is not asked below the time floor."""
        path = self.good("request", "seal", self.draft(), session=True)["path"]
        year = datetime.datetime.now().year
        self.good("bundle", "verify", path, "--at", f"{year + 1}-01-01T00:00:00Z")
        for at in ("2001-01-01T00:00:00Z", f"{year + 30}-01-01T00:00:00Z"):
            self.refused("expired", "bundle", "verify", path, "--at", at)
        self.refused("malformed", "bundle", "verify", path, "--at", "demain")
        floor = self.root / "run" / "time"
        before = floor.read_text()
        floor.write_text(f"{year + 30}-01-01T00:00:00Z\n")
        self.refused("expired", "bundle", "verify", path)
        floor.write_text(before)
        self.good("bundle", "verify", path)


class HostileFiles(Station):
    def test_bundles(self):
        sealed = self.good("request", "seal", self.draft(), session=True)
        good = pathlib.Path(sealed["path"]).read_bytes()
        bad = self.folder / "bad.asice"
        for name, content in (("empty", b""), ("truncated", good[:-1]), ("longer", good + b"\0"),
                              ("changed", good[:200] + b"\xff" + good[201:]),
                              ("text", b"hello"), ("zip end", b"PK\5\6" + bytes(18))):
            bad.write_bytes(content)
            done = self.ctl("bundle", "verify", bad)
            self.assertEqual(done.returncode, REFUSED, name)
            self.assertEqual(done.stderr.count("\n"), 1, name)

    def test_codes(self):
        for content in (b"", b"x", b"\0" * 100, "attestation/1\n".encode(), b"a" * 5000,
                        "é".encode("latin-1")):
            (self.folder / "code").write_bytes(content)
            done = self.ctl("read", "code", self.folder / "code")
            self.assertEqual(done.returncode, REFUSED, content[:20])
            self.assertEqual(done.stderr.count("\n"), 1)
        self.assertEqual(self.ctl("read", "code", "-", text="x").returncode, REFUSED)

    def test_procedures(self):
        good = SOURCE / "assets/procedures/passport.json"
        self.good("procedure", "check", good)
        (self.folder / "broken.json").write_text(good.read_text()[:-20])
        message = self.refused("malformed", "procedure", "check", self.folder / "broken.json")
        self.assertIn("broken.json", message)


class Upkeep(Station):
    def test_audit_and_database(self):
        self.draft()
        self.assertGreater(self.good("audit", "verify")["entries"], 2)
        self.assertTrue(self.good("db", "check")["sound"])
        backup = self.folder / "backup.db"
        self.good("db", "backup", backup)
        self.refused("exists", "db", "backup", backup)

    def test_a_damaged_database_is_said_and_kept(self):
        copy = self.folder / "copy"
        subprocess.run(["cp", "-r", self.root, copy], check=True)
        for wal in copy.glob("station.db-*"):
            wal.unlink()
        database = copy / "station.db"
        damaged = b"not a database at all" + database.read_bytes()[21:]
        database.write_bytes(damaged)
        done = self.call(CTL, "--root", copy, "--json", "db", "check")
        self.assertEqual(done.returncode, REFUSED)
        self.assertEqual(json.loads(done.stderr)["error"], "corrupt")
        self.assertEqual(database.read_bytes(), damaged)


if __name__ == "__main__":
    unittest.main(argv=sys.argv, verbosity=2)
