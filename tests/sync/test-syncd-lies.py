# SPDX-License-Identifier: EUPL-1.2
"""A centre that lies, behind a genuine TLS certificate: nothing that its signatures do not prove is
recorded, and the answers of tus that our own server never gives are handled as the protocol says.
Each refusal has its control: the same thing, true, is taken."""
import time

from e2e_kit import CTL, HELPER, Case, Centre, LyingCentre, main, read, run

MIB = 1 << 20


class Lies(Case):
    def setUp(self):
        super().setUp()
        self.liar = LyingCentre(self.centre)
        self.addCleanup(self.liar.close)
        self.one = self.station(url=self.liar.url)
        self.sealed = self.one.seal()
        self.sha256 = self.sealed["sha256"]

    def receipt(self, centre=None, station="poste-1", sha256=None):
        out = self.file("receipt")
        run(HELPER, "receipt", (centre or self.centre).root, station, "1",
            sha256 or self.sha256, out)
        return read(out)

    def message(self, number, centre=None, station="poste-1", state="in-progress", days="100"):
        out = self.file("message")
        run(HELPER, "message", (centre or self.centre).root, station, str(number), self.sha256,
            state, days, out)
        return read(out)

    def refused(self, receipt, word):
        self.liar.receipts[self.sha256] = receipt
        self.assertEqual(self.one.sync().returncode, 1)
        entry = self.one.entry(self.sha256)
        self.assertFalse(entry["received"])
        self.assertIn(word, entry["error"])

    def test_receipts_that_prove_nothing_are_refused(self):
        other = Centre(self.file("other"), "Autre centre")
        self.refused(self.receipt(sha256="ab" * 32), "concerne")
        self.refused(self.receipt(station="poste-2"), "concerne")
        self.refused(self.receipt(centre=other), "refusé")
        self.refused(self.receipt()[:-1], "refusé")
        self.refused(self.message(1), "refusé")
        self.refused(b"merci", "refusé")
        self.refused(b"x" * 200000, "longue")
        flipped = bytearray(self.receipt())
        flipped[-1] ^= 1
        self.refused(bytes(flipped), "refusé")
        self.liar.receipts[self.sha256] = self.receipt()
        self.assertEqual(self.one.sync().returncode, 0)
        self.assertTrue(self.one.entry(self.sha256)["received"])

    def test_an_acknowledged_upload_without_a_receipt_stays_ours(self):
        self.assertEqual(self.one.sync().returncode, 1)
        self.assertFalse(self.one.entry(self.sha256)["received"])
        self.assertIn("accusé", self.one.entry(self.sha256)["error"])

    def feed_refused(self, items, word, position):
        self.liar.feed = items
        done = self.one.sync()
        self.assertEqual(done.returncode, 1)
        self.assertIn(word, done.stdout)
        self.assertEqual(self.one.show()["position"], position)

    def test_messages_that_prove_nothing_are_refused(self):
        self.liar.receipts[self.sha256] = self.receipt()
        self.assertEqual(self.one.sync().returncode, 0)
        other = Centre(self.file("other"), "Autre centre")
        self.feed_refused([(1, self.message(1, centre=other))], "refusé", 0)
        self.feed_refused([(1, self.message(1, station="poste-2"))], "refusé", 0)
        self.feed_refused([(1, self.message(2))], "présenté", 0)
        self.liar.feed = [(1, self.message(2))]
        by_hand = run(CTL, "--root", self.one.root, "sync", "once", check=False)
        self.assertEqual(by_hand.returncode, 1, by_hand.stdout)
        self.assertIn("présenté", by_hand.stderr)
        self.feed_refused([(2, self.message(2))], "au lieu", 0)
        self.feed_refused([(1, self.receipt())], "refusé", 0)
        self.feed_refused([(1, b"")], "refusé", 0)
        self.feed_refused([(0, self.message(1))], "flux", 0)
        self.assertEqual(self.one.show()["requests"][0]["state"], "received")
        self.liar.feed = [(1, self.message(1)), (2, self.message(2, state="title-ready"))]
        self.assertEqual(self.one.sync().returncode, 0)
        self.assertEqual(self.one.show()["requests"][0]["state"], "title-ready")
        self.feed_refused([(2, self.message(2, state="refused"))], "au lieu", 2)
        self.feed_refused([(1, self.message(1))], "au lieu", 2)
        self.assertEqual(self.one.show()["requests"][0]["state"], "title-ready")

    def test_a_status_waits_for_the_receipt_of_its_bundle(self):
        self.liar.feed = [(1, self.message(1))]
        self.assertEqual(self.one.sync().returncode, 1)
        self.assertEqual(self.one.show()["position"], 0)
        self.liar.receipts[self.sha256] = self.receipt()
        self.liar.feed = [(1, self.message(1))]
        self.assertEqual(self.one.sync().returncode, 0)
        self.assertEqual(self.one.show()["position"], 1)
        self.assertEqual(self.one.show()["requests"][0]["state"], "in-progress")

    def test_a_message_past_its_period_is_passed_over_and_told(self):
        self.liar.receipts[self.sha256] = self.receipt()
        self.one.sync()
        self.feed_refused([(1, self.message(1, days="-1")), (2, self.message(2))], "n° 1", 2)
        self.assertEqual(self.one.show()["requests"][0]["state"], "in-progress")

    def round(self, items):
        """One round; what it says, and from which number on it has read."""
        self.liar.feed, self.liar.read_from = items, []
        done = self.one.sync()
        return done.stdout + done.stderr, self.liar.read_from[0]

    def test_a_message_past_its_period_is_told_once_until_the_clock_says_otherwise(self):
        self.liar.receipts[self.sha256] = self.receipt()
        late = [(1, self.message(1, days="-1"))]
        said, start = self.round(late)
        self.assertIn("n° 1", said)
        self.assertEqual(start, 0)
        self.assertEqual(self.round([]), ("", 1))
        passed = self.one.path("run", "feed-passed")
        applied, number, when = read(passed).decode().split()
        self.assertEqual((applied, number), ("0", "1"))
        for other in ((applied, number, "2020-01-01T00:00:00Z"),
                      (applied, number, "2099-01-01T00:00:00Z"), ("7", number, when),
                      (applied, "-3", when), ("nonsense",)):
            with open(passed, "w", encoding="utf-8") as file:
                file.write(" ".join(other) + "\n")
            with self.subTest(other=other):
                said, start = self.round(late)
                self.assertIn("n° 1", said)
                self.assertEqual(start, 0)
        self.assertEqual(self.round([]), ("", 1))
        said, start = self.round([(2, self.message(2))])
        self.assertEqual(start, 1)
        self.assertEqual(self.one.show()["position"], 2)
        self.assertEqual(self.one.show()["requests"][0]["state"], "in-progress")

    def test_a_message_of_the_time_to_come_waits(self):
        self.liar.receipts[self.sha256] = self.receipt()
        self.one.sync()
        early = self.message(1, days="530")
        self.feed_refused([(1, early), (2, self.message(2))], "n° 1", 0)

    def test_bundles_of_unreadable_answers_fail_alone(self):
        for headers in ({"Upload-Offset": "99999999999"}, {"Upload-Offset": "x"}, {}):
            self.liar.scripted = [("PATCH", 204, headers)]
            self.liar.held.clear()
            self.assertEqual(self.one.sync().returncode, 1)
            self.assertIn("protocole", self.one.entry(self.sha256)["error"])

    def test_a_location_elsewhere_is_not_followed(self):
        for location in ("https://127.0.0.1:1/x", "http://127.0.0.1/x", "//evil.example/x"):
            self.liar.scripted = [("POST", 201, {"Location": location})]
            self.one.sync()
            self.assertEqual(self.liar.scripted, [])
        self.liar.scripted = [("HEAD", 307, {"Location": "https://127.0.0.1:1/"})]
        self.one.sync()
        self.assertNotIn("PATCH", self.liar.methods())

    def sends(self, scripted, methods):
        """The steps of one attempt after @scripted answers, until the bundle is received."""
        self.liar.seen.clear()
        self.liar.held.clear()
        self.liar.scripted = scripted
        self.liar.receipts[self.sha256] = self.receipt()
        done = self.one.sync()
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
        self.assertEqual(self.liar.methods(), methods)

    def test_a_conflict_asks_where_it_is(self):
        self.sends([("PATCH", 409, {})], ["POST", "PATCH", "HEAD", "PATCH"])

    def test_a_lost_upload_is_made_anew(self):
        self.sends([("PATCH", 404, {})], ["POST", "PATCH", "POST", "PATCH"])

    def test_an_expired_upload_is_made_anew(self):
        self.sends([("PATCH", 410, {})], ["POST", "PATCH", "POST", "PATCH"])

    def test_a_lock_is_waited_for(self):
        self.sends([("PATCH", 423, {})], ["POST", "PATCH", "HEAD", "PATCH"])

    def test_a_bad_checksum_sends_the_chunk_again(self):
        self.sends([("PATCH", 460, {}), ("PATCH", 460, {})], ["POST", "PATCH", "PATCH", "PATCH"])

    def test_a_swallowed_part_is_sent_on_from_there(self):
        self.liar.swallow = 9000
        self.liar.receipts[self.sha256] = self.receipt()
        self.assertEqual(self.one.sync().returncode, 0)
        self.assertGreater(self.liar.methods().count("PATCH"), 2)

    def test_final_answers_end_the_attempt(self):
        for status in (400, 403, 412, 413, 415, 422):
            self.liar.seen.clear()
            self.liar.held.clear()
            self.liar.scripted = [("PATCH", status, {})]
            self.assertEqual(self.one.sync().returncode, 1)
            self.assertEqual(self.liar.methods().count("PATCH"), 1)
            self.assertIn(str(status), self.one.entry(self.sha256)["error"])

    def test_trouble_at_the_centre_asks_before_it_sends_again(self):
        self.liar.scripted = [("PATCH", 503, {"Retry-After": "3600"})]
        self.assertEqual(self.one.sync().returncode, 1)
        wait = self.one.entry(self.sha256)["next"] / 1e6 - time.time()
        self.assertTrue(3500 < wait <= 3600, wait)
        self.liar.seen.clear()
        self.liar.receipts[self.sha256] = self.receipt()
        self.assertEqual(self.one.sync().returncode, 0)
        self.assertEqual(self.liar.methods()[0], "HEAD")

    def test_an_endless_conflict_ends(self):
        self.liar.scripted = [("PATCH", 409, {})] * 50
        for turn in range(1, 50):
            self.liar.scripted.insert(2 * turn - 1, ("HEAD", 200, {"Upload-Offset": "0"}))
        self.assertEqual(self.one.sync().returncode, 1)
        self.assertLess(len(self.liar.seen), 30)


if __name__ == "__main__":
    main()
