# SPDX-License-Identifier: EUPL-1.2
"""The whole way with the real programs: sealed, sent, received, answered; and every kill, cut and
wrong certificate on it. What must hold in the end: one row, the same bytes, a verified receipt."""
import fcntl
import glob
import os
import shutil
import signal
import time
import unittest

from e2e_kit import SYNCD, Case, Centre, Line, Station, main, read, run, wait_for

MIB = 1 << 20
LIBFAKETIME = glob.glob("/usr/lib/*/faketime/libfaketimeMT.so.1")
LIES = ["env", f"LD_PRELOAD={''.join(LIBFAKETIME[:1])}", "FAKETIME_DONT_FAKE_MONOTONIC=1"]


class Way(Case):
    def setUp(self):
        super().setUp()
        self.one = self.station()

    def received(self, sealed):
        return self.one.entry(sealed["sha256"])["received"]

    def assert_arrived_once(self, sealed):
        self.assertTrue(self.received(sealed))
        deposit, = [d for d in self.centre.deposits() if d["sha256"] == sealed["sha256"]]
        self.assertEqual(read(self.centre.path(deposit["path"])), read(sealed["path"]))
        self.assertEqual(self.centre.spool(), [])

    def assert_kept(self, sealed, word):
        entry = self.one.entry(sealed["sha256"])
        self.assertFalse(entry["received"])
        self.assertIn(word, entry["error"])
        self.assertTrue(os.path.exists(sealed["path"]))
        self.assertNotIn(sealed["sha256"], [d["sha256"] for d in self.centre.deposits()])

    def test_a_bundle_goes_there_and_its_receipt_comes_back(self):
        sealed = self.one.seal(5 * MIB)
        done = self.one.sync()
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertIn("1", done.stdout)
        self.assert_arrived_once(sealed)
        self.assertEqual(self.one.show()["requests"][0]["state"], "received")

    def test_a_repeat_sends_nothing_new(self):
        self.one.seal()
        self.one.sync()
        before = (self.one.show(), self.centre.deposits())
        done = self.one.sync()
        self.assertEqual((done.returncode, done.stdout), (0, ""))
        self.assertEqual((self.one.show(), self.centre.deposits()), before)

    def test_many_go_oldest_first(self):
        sealed = [self.one.seal(3000) for _ in range(12)]
        self.assertEqual(self.one.sync().returncode, 0)
        rows = self.centre.deposits()
        self.assertEqual([d["sha256"] for d in rows], [s["sha256"] for s in sealed])
        self.assertEqual([d["sequence"] for d in rows], list(range(1, 13)))

    def test_a_status_comes_down_and_is_applied(self):
        sealed = self.one.seal()
        self.one.sync()
        self.centre.verb("answer", sealed["sha256"], "in-progress", "Dossier à l’étude")
        self.centre.verb("answer", sealed["sha256"], "title-ready", "Titre à retirer")
        done = self.one.sync()
        self.assertEqual(done.returncode, 0, done.stderr)
        shown = self.one.show()
        self.assertEqual(shown["position"], 2)
        self.assertEqual((shown["requests"][0]["state"], shown["requests"][0]["text"]),
                         ("title-ready", "Titre à retirer"))

    def test_a_long_feed_comes_in_pages(self):
        sealed = self.one.seal()
        self.one.sync()
        for _ in range(105):
            self.centre.verb("answer", sealed["sha256"], "in-progress", "x" * 400)
        self.assertEqual(self.one.sync().returncode, 0)
        self.assertEqual(self.one.show()["position"], 105)

    def test_a_server_killed_in_mid_upload_goes_on_where_it_was(self):
        sealed = self.one.seal(5 * MIB)
        line = Line(self.centre.port, 2 * MIB + 300000)
        self.one.set_url(f"https://127.0.0.1:{line.port}")
        client = self.one.spawn("--once")
        self.assertTrue(line.full.wait(30))
        self.assertTrue(wait_for(lambda: self.centre.spool()
                                 and os.path.getsize(self.centre.spool()[0]) > 2 * MIB))
        self.centre.kill()
        line.cut()
        self.assertEqual(client.wait(60), 1)
        self.assert_kept_partial(sealed)

    def assert_kept_partial(self, sealed):
        part, = self.centre.spool()
        with open(part, "rb") as held:  # until the centre has let go of a cut upload
            fcntl.flock(held, fcntl.LOCK_EX)
        before = os.path.getsize(part)
        self.assertGreater(before, 0)
        self.assertFalse(self.received(sealed))
        if not self.centre.process:
            self.centre.start()
        self.assertEqual(self.one.head(sealed["sha256"])[1]["Upload-Offset"], str(before))
        line = Line(self.centre.port)
        line.allowance = 1 << 40  # counts only
        self.one.set_url(f"https://127.0.0.1:{line.port}")
        done = self.one.sync()
        self.assertEqual(done.returncode, 0, done.stderr)
        size = os.path.getsize(sealed["path"])
        self.assertLess(line.passed, size - before + 200000)  # only the rest was sent
        self.assert_arrived_once(sealed)

    def test_a_client_killed_in_mid_upload_goes_on_where_it_was(self):
        sealed = self.one.seal(5 * MIB)
        line = Line(self.centre.port, 2 * MIB + 300000)
        self.one.set_url(f"https://127.0.0.1:{line.port}")
        client = self.one.spawn("--once")
        self.assertTrue(line.full.wait(30))
        client.kill()
        client.wait()
        line.cut()
        self.assert_kept_partial(sealed)

    def test_kills_of_the_server_at_any_moment_lose_and_double_nothing(self):
        sealed = [self.one.seal(400000) for _ in range(6)]
        client = self.one.spawn("--interval", "1", "--spread", "0")
        self.addCleanup(client.kill)
        for turn in range(12):
            time.sleep(0.03 * (1 + turn % 5))
            self.centre.kill()
            self.centre.start()
        self.assertTrue(wait_for(lambda: all(self.received(s) for s in sealed), 90))
        client.send_signal(signal.SIGTERM)
        self.assertEqual(client.wait(20), 0)
        for one in sealed:
            self.assert_arrived_once(one)
        self.assertEqual(len(self.centre.deposits()), len(sealed))

    def test_no_centre_is_an_outage_and_not_an_attempt(self):
        sealed = self.one.seal()
        self.centre.stop()
        done = self.one.sync()
        self.assertEqual(done.returncode, 1)
        self.assertIn("injoignable", done.stderr)
        entry = self.one.entry(sealed["sha256"])
        self.assertIn("injoignable", entry["error"])
        self.assertLessEqual(entry["next"], time.time() * 1e6)
        self.centre.start()
        self.assertEqual(self.one.sync().returncode, 0)
        self.assert_arrived_once(sealed)

    def sync_at(self, clock, floor):
        """A round under a false clock, with the time floor FLOOR or with none."""
        path = self.one.path("run", "time")
        os.makedirs(os.path.dirname(path), exist_ok=True)
        if floor:
            with open(path, "w", encoding="ascii") as file:
                file.write(floor + "\n")
        elif os.path.exists(path):
            os.unlink(path)
        return run(*LIES, f"FAKETIME={clock}", SYNCD, "--root", self.one.root, "--once",
                   check=False)

    @unittest.skipUnless(LIBFAKETIME, "libfaketime is not installed")
    def test_the_centre_is_judged_by_the_time_floor(self):
        sealed = self.one.seal()
        today = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime())
        birth, refusal = "@1970-01-01 00:00:10", "Connexion sûre refusée"
        for clock, floor in (birth, None), (birth, "2080-01-01T00:00:00Z"), ("+50y", today):
            done = self.sync_at(clock, floor)
            self.assertEqual(done.returncode, 1, (clock, floor))
            self.assertIn(refusal, done.stderr)
            self.assert_kept(sealed, refusal)
        done = self.sync_at(birth, today)
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assert_arrived_once(sealed)

    def test_a_missing_or_changed_file_does_not_hold_up_the_others(self):
        lost, changed, good = self.one.seal(), self.one.seal(), self.one.seal()
        os.unlink(lost["path"])
        with open(changed["path"], "r+b") as file:
            file.write(b"!")
        self.assertEqual(self.one.sync().returncode, 1)
        self.assert_arrived_once(good)
        for sealed in (lost, changed):
            entry = self.one.entry(sealed["sha256"])
            self.assertTrue(entry["error"])
            self.assertGreater(entry["next"], time.time() * 1e6)
        self.assertEqual(len(self.centre.deposits()), 1)

    def test_an_expired_signing_certificate_keeps_the_bundle_here(self):
        self.one.issue("sign", -30, -1)
        sealed = self.one.seal()
        self.assertEqual(self.one.sync().returncode, 1)
        self.assert_kept(sealed, "période")

    def enrol_tls(self, station):
        """The station as the one of its name, and its connection for ours."""
        answer = self.file("renewed")
        self.centre.verb("enrol", station.path("enrol"), "--name", "poste-1", "-o", answer,
                         "--url", self.centre.url)
        shutil.copy(os.path.join(answer, "station-tls.crt"), self.one.path("keys", "tls.crt"))

    @unittest.skipUnless(LIBFAKETIME, "libfaketime is not installed")
    def test_what_was_sealed_in_time_arrives_after_the_renewal_of_its_certificate(self):
        self.one.issue("sign", -1, 20)
        sealed = self.one.seal()
        shutil.copy(self.one.path("keys", "tls.key"), self.file("tls.key"))
        self.centre.stop()
        self.centre.start(*LIES, "FAKETIME=+40d")
        # the certificate of today is for another key: it says nothing about this one
        stranger = Station(self.file("stranger"), "poste-1", self.centre, register=False)
        shutil.copy(stranger.path("keys", "tls.key"), self.one.path("keys", "tls.key"))
        self.enrol_tls(stranger)
        self.assertEqual(self.one.sync().returncode, 1)
        self.assert_kept(sealed, "période")
        shutil.copy(self.file("tls.key"), self.one.path("keys", "tls.key"))
        self.enrol_tls(self.one)
        done = self.one.sync()
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
        self.assert_arrived_once(sealed)
        self.centre.verb("open", sealed["sha256"], "-o", self.file("opened"))

    def test_an_expired_or_unknown_tls_certificate_is_told(self):
        sealed = self.one.seal()
        self.one.issue("tls", -30, -1)
        self.assertEqual(self.one.sync().returncode, 1)
        self.assert_kept(sealed, "période")
        stranger = self.station("poste-9", register=False)
        done = stranger.sync()
        self.assertEqual(done.returncode, 1)
        self.assertIn("inconnu", done.stderr)

    def test_another_stations_certificates_send_nothing_of_ours(self):
        two = self.station("poste-2")
        sealed = self.one.seal()
        for name in ("tls.crt", "tls.key"):
            with open(self.one.path("keys", name), "wb") as file:
                file.write(read(two.path("keys", name)))
        self.assertEqual(self.one.sync().returncode, 1)
        self.assert_kept(sealed, "poste-2")

    def test_a_server_of_another_authority_gets_nothing(self):
        sealed = self.one.seal()
        other = Centre(self.file("other"), "Autre centre").start()
        self.addCleanup(other.stop)
        self.one.set_url(other.url)
        done = self.one.sync()
        self.assertEqual(done.returncode, 1)
        self.assertIn("certificate", done.stderr)
        self.assertEqual(other.spool(), [])
        self.assert_kept(sealed, "sûre")

    def test_two_rounds_never_run_at_once(self):
        sealed = self.one.seal()
        with open(self.one.path("run/sync.lock"), "w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            done = self.one.sync()
            self.assertEqual(done.returncode, 1)
            self.assertIn("déjà en cours", done.stderr)
            self.assertEqual(done.stderr.count("\n"), 1, done.stderr)
        self.assertEqual(self.one.sync().returncode, 0)
        self.assert_arrived_once(sealed)

    def test_an_upload_that_somebody_else_writes_is_waited_for(self):
        sealed = self.one.seal(300000)
        size = os.path.getsize(sealed["path"])
        self.one.create(sealed["sha256"], size)
        part, = self.centre.spool()
        with open(part, "rb") as file:
            fcntl.flock(file, fcntl.LOCK_EX)
            self.assertEqual(self.one.patch(sealed["sha256"], 0, b"x")[0], 423)
            client = self.one.spawn("--once")
            time.sleep(1.0)
            self.assertIsNone(client.poll())
        self.assertEqual(client.wait(60), 0)
        self.assert_arrived_once(sealed)

    def test_the_daemon_goes_at_once_when_asked_or_when_something_is_sealed(self):
        client = self.one.spawn("--interval", "3600", "--spread", "0")
        self.addCleanup(client.kill)
        time.sleep(0.7)  # its first round is over
        first = self.one.seal()
        self.assertTrue(wait_for(lambda: self.received(first)), "outbox/ was not watched")
        self.centre.verb("answer", first["sha256"], "in-progress", "")
        client.send_signal(signal.SIGUSR1)
        self.assertTrue(wait_for(lambda: self.one.show()["position"] == 1), "SIGUSR1")
        self.centre.verb("answer", first["sha256"], "title-ready", "")
        with open(self.one.path("run/sync-now"), "w"):
            pass
        self.assertTrue(wait_for(lambda: self.one.show()["position"] == 2), "run/sync-now")
        self.assertFalse(os.path.exists(self.one.path("run/sync-now")))
        client.send_signal(signal.SIGTERM)
        self.assertEqual(client.wait(20), 0)

    def test_sigterm_in_mid_upload_is_heard_at_once(self):
        sealed = self.one.seal(5 * MIB)
        line = Line(self.centre.port, 2 * MIB)
        self.addCleanup(line.cut)
        self.one.set_url(f"https://127.0.0.1:{line.port}")
        client = self.one.spawn("--spread", "0")
        self.assertTrue(line.full.wait(30))
        begun = time.monotonic()
        client.send_signal(signal.SIGTERM)
        self.assertEqual(client.wait(20), 0)
        self.assertLess(time.monotonic() - begun, 5)
        self.assertFalse(self.received(sealed))

    def test_a_root_that_is_no_station_is_told(self):
        done = run(SYNCD, "--root", self.file("nothing"), "--once", check=False)
        self.assertEqual(done.returncode, 1)
        self.assertIn("station init", done.stderr)
        self.assertEqual(run(SYNCD, "--interval", "0", check=False).returncode, 2)


if __name__ == "__main__":
    main()
