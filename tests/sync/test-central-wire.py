# SPDX-License-Identifier: EUPL-1.2
"""The wire contract (sync/central/PROTOCOL.md), header by header, against the real server with
another client than ours; and every bundle and certificate that it must refuse."""
import hashlib
import json
import os
import subprocess
import zipfile

from e2e_kit import CENTRAL, PATCH, TUS, Case, Centre, main, read


def sha(data):
    return hashlib.sha256(data).hexdigest()


class Wire(Case):
    def setUp(self):
        super().setUp()
        self.one = self.station()

    def bundle(self, size=20000):
        return read(self.one.seal(size)["path"])

    def refusal(self, answer, status, name):
        self.assertEqual(answer[0], status, answer)
        body = json.loads(answer[2])
        self.assertEqual(body["error"], name)
        self.assertTrue(body["reason"] and "\n" not in body["reason"])
        self.assertNotIn(self.folder, body["reason"])

    def test_a_whole_upload_is_acknowledged_with_a_receipt(self):
        data = self.bundle()
        status, headers, _ = self.one.create(sha(data), len(data))
        self.assertEqual((status, headers["Location"], headers["Upload-Offset"]),
                         (201, "/v1/depots/" + sha(data), "0"))
        self.assertTrue(headers["Upload-Expires"].endswith(" GMT"))
        status, headers, _ = self.one.patch(sha(data), 0, data)
        self.assertEqual((status, headers["Upload-Offset"]), (204, str(len(data))))
        self.assertEqual(headers["Tus-Resumable"], "1.0.0")
        status, headers, body = self.one.request("GET", "/v1/recus/" + sha(data))
        self.assertEqual((status, headers["Content-Type"].split(";")[0]),
                         (200, "application/pkcs7-mime"))
        self.assertEqual(body[0], 0x30)
        deposit, = self.centre.deposits()
        self.assertEqual(read(self.centre.path(deposit["path"])), data)
        self.assertEqual(self.centre.spool(), [])

    def test_pieces_add_up_and_repeats_are_free(self):
        data = self.bundle()
        self.one.create(sha(data), len(data))
        for at in range(0, len(data), 7000):
            self.assertEqual(self.one.patch(sha(data), at, data[at:at + 7000])[0], 204)
            status, headers, _ = self.one.create(sha(data), len(data))
            self.assertEqual((status, headers["Upload-Offset"]),
                             (201, str(min(at + 7000, len(data)))))
        first = self.one.request("GET", "/v1/recus/" + sha(data))[2]
        status, headers, _ = self.one.head(sha(data))
        self.assertEqual((status, headers["Upload-Offset"], headers["Upload-Length"],
                          headers["Cache-Control"]),
                         (200, str(len(data)), str(len(data)), "no-store"))
        self.assertEqual(self.one.patch(sha(data), len(data), b"")[0], 204)
        self.assertEqual(self.one.request("GET", "/v1/recus/" + sha(data))[2], first)
        self.assertEqual(len(self.centre.deposits()), 1)

    def test_a_body_may_come_with_the_creation(self):
        data = self.bundle()
        status, headers, _ = self.one.create(sha(data), len(data), PATCH, data)
        self.assertEqual((status, headers["Upload-Offset"]), (201, str(len(data))))
        self.assertEqual(len(self.centre.deposits()), 1)

    def test_options_say_what_there_is(self):
        status, headers, _ = self.one.request("OPTIONS", "/v1/depots")
        self.assertEqual((status, headers["Tus-Version"], headers["Tus-Extension"],
                          headers["Tus-Max-Size"]),
                         (204, "1.0.0", "creation,creation-with-upload,expiration,termination",
                          str(64 << 20)))

    def test_bad_headers_have_their_status(self):
        data = self.bundle()
        one, key = self.one, sha(data)
        one.create(key, len(data))
        where = "/v1/depots/" + key
        offset = {"Upload-Offset": "0"}
        good = {"Upload-Metadata": "sha256 " + "YQ==" * 3}
        cases = [
            ("PATCH", where, dict(TUS, **offset), b"x", 415),
            ("PATCH", where, dict(PATCH, **{"Content-Type": "text/plain"}, **offset), b"x", 415),
            ("PATCH", where, PATCH, b"x", 400),
            ("PATCH", where, dict(PATCH, **{"Upload-Offset": "-1"}), b"x", 400),
            ("PATCH", where, dict(PATCH, **{"Upload-Offset": "5"}), b"x", 409),
            ("PATCH", where, dict(PATCH, **offset), data + b"x", 413),
            ("PATCH", where, {"Content-Type": PATCH["Content-Type"], **offset}, b"x", 412),
            ("HEAD", where, {}, None, 412),
            ("HEAD", where, {"Tus-Resumable": "0.2.2"}, None, 412),
            ("POST", "/v1/depots", dict(TUS, **{"Upload-Length": "5"}), None, 400),
            ("POST", "/v1/depots", dict(TUS, **good, **{"Upload-Length": "5"}), None, 400),
            ("POST", "/v1/depots", dict(TUS, **good), None, 400),
            ("POST", "/v1/depots", dict(TUS, **{"Upload-Length": "0"}), None, 400),
            ("POST", "/v1/depots", dict(TUS, **{"Upload-Length": "x"}), None, 400),
            ("POST", "/v1/depots", dict(TUS, **{"Upload-Length": str(1 + (64 << 20))}), None, 413),
            ("HEAD", "/v1/depots/" + "0" * 64, TUS, None, 404),
            ("HEAD", "/v1/depots/" + "Z" * 64, TUS, None, 404),
            ("GET", "/v1/recus/" + key, {}, None, 404),
            ("GET", "/v1/flux?apres=-1", {}, None, 400),
            ("GET", "/v1/flux?apres=1%200", {}, None, 400),
            ("GET", "/", {}, None, 404),
            ("GET", "/v1/depots/../../centre.json", {}, None, 404),
            ("PUT", where, TUS, b"x", 405),
        ]
        for method, path, headers, body, status in cases:
            with self.subTest(method=method, path=path, headers=headers):
                answer = one.request(method, path, headers, body)
                self.assertEqual(answer[0], status, answer)
        self.assertEqual(one.head(key)[1]["Upload-Offset"], "0")

    def test_a_wrong_offset_is_told_the_right_one(self):
        data = self.bundle()
        self.one.create(sha(data), len(data))
        self.one.patch(sha(data), 0, data[:100])
        status, headers, _ = self.one.patch(sha(data), 0, data)
        self.assertEqual((status, headers["Upload-Offset"]), (409, "100"))

    def test_the_lock_of_an_upload_ends_before_its_answer_is_read(self):
        data = self.bundle()
        for _ in range(60):
            self.assertEqual(self.one.create(sha(data), len(data))[0], 201)
            self.assertEqual(self.one.patch(sha(data), 0, data[:10])[0], 204)
            self.assertEqual(self.one.request("DELETE", "/v1/depots/" + sha(data), TUS)[0], 204)

    def test_an_unfinished_upload_can_be_given_up_and_a_deposit_not(self):
        data = self.bundle()
        self.one.create(sha(data), len(data))
        self.assertEqual(self.one.request("DELETE", "/v1/depots/" + sha(data), TUS)[0], 204)
        self.assertEqual(self.one.head(sha(data))[0], 404)
        self.assertEqual(self.centre.spool(), [])
        self.one.create(sha(data), len(data), PATCH, data)
        self.refusal(self.one.request("DELETE", "/v1/depots/" + sha(data), TUS), 403, "state")
        self.assertEqual(len(self.centre.deposits()), 1)

    def test_a_truncated_upload_never_gets_a_receipt(self):
        data = self.bundle()
        cut = data[:-1]
        self.one.create(sha(data), len(data))
        self.assertEqual(self.one.patch(sha(data), 0, cut)[0], 204)
        self.assertEqual(self.one.request("GET", "/v1/recus/" + sha(data))[0], 404)
        # announced as whole, under its own hash: the container's end is missing
        self.refusal(self.one.create(sha(cut), len(cut), PATCH, cut), 422, "malformed")
        self.assertEqual(self.one.request("GET", "/v1/recus/" + sha(cut))[0], 404)
        self.assertEqual(self.centre.deposits(), [])

    def test_other_bytes_than_announced_are_refused(self):
        data = self.bundle()
        self.refusal(self.one.create("0" * 64, len(data), PATCH, data), 422, "mismatch")
        self.assertEqual((self.centre.deposits(), self.centre.spool()), ([], []))

    def test_an_extra_member_is_refused(self):
        path = self.one.seal()["path"]
        with zipfile.ZipFile(path, "a", zipfile.ZIP_STORED) as archive:
            archive.writestr("extra.txt", "nobody signed this")
        data = read(path)
        self.refusal(self.one.create(sha(data), len(data), PATCH, data), 422, "malformed")
        self.assertEqual((self.centre.deposits(), self.centre.spool()), ([], []))

    def test_every_flipped_byte_that_we_try_is_refused(self):
        data = self.bundle(2000)
        for at in range(0, len(data), max(len(data) // 40, 1)):
            with self.subTest(at=at):
                bad = bytearray(data)
                bad[at] ^= 0x20
                answer = self.one.create(sha(bad), len(bad), PATCH, bytes(bad))
                self.assertEqual(answer[0], 422, answer)
        self.assertEqual((self.centre.deposits(), self.centre.spool()), ([], []))

    def test_another_stations_bundle_is_refused(self):
        two = self.station("poste-2")
        data = self.bundle()
        self.refusal(two.create(sha(data), len(data), PATCH, data), 422, "mismatch")
        self.one.create(sha(data), len(data), PATCH, data)
        self.assertEqual(two.head(sha(data))[0], 404)
        self.assertEqual(two.request("GET", "/v1/recus/" + sha(data))[0], 404)
        self.assertEqual(two.patch(sha(data), len(data), b"")[0], 404)
        self.assertEqual(two.create(sha(data), len(data))[0], 404)
        self.assertEqual(len(self.centre.deposits()), 1)

    def test_an_expired_signing_certificate_is_refused(self):
        self.one.issue("sign", -30, -1)
        data = self.bundle()
        self.refusal(self.one.create(sha(data), len(data), PATCH, data), 422, "expired")

    def test_a_signer_of_another_centre_is_refused(self):
        other = Centre(self.file("other"), "Autre centre")
        self.one.issue("sign", -1, 30, other)
        data = self.bundle()
        self.refusal(self.one.create(sha(data), len(data), PATCH, data), 422, "untrusted")

    def test_a_bundle_for_another_centre_is_refused(self):
        other = Centre(self.file("other"), "Autre centre")
        with open(self.one.path("trust/centre-seal.crt"), "wb") as file:
            file.write(read(other.path("pki/centre-seal.crt")))
        data = self.bundle()
        self.refusal(self.one.create(sha(data), len(data), PATCH, data), 422, "mismatch")

    def test_no_certificate_opens_no_route(self):
        for method, path in (("GET", "/v1/sante"), ("GET", "/v1/flux"), ("HEAD", "/v1/depots/x"),
                             ("POST", "/v1/depots"), ("GET", "/v1/recus/" + "0" * 64)):
            answer = self.one.request(method, path, TUS, certificate=False)
            self.assertIn(answer[0], (403, 404), answer)
        self.refusal(self.one.request("GET", "/v1/sante", certificate=False), 403, "denied")

    def test_unknown_foreign_and_expired_certificates_are_refused(self):
        stranger = self.station("poste-9", register=False)
        self.refusal(stranger.request("GET", "/v1/sante"), 403, "denied")
        other = Centre(self.file("other"), "Autre centre")
        stranger.issue("tls", -1, 30, other)
        self.refusal(stranger.request("GET", "/v1/sante"), 403, "untrusted")
        self.one.issue("tls", -30, -1)
        self.refusal(self.one.request("GET", "/v1/sante"), 403, "expired")

    def test_a_signing_certificate_is_no_tls_certificate(self):
        os.replace(self.one.path("keys/sign.crt"), self.one.path("keys/tls.crt"))
        os.replace(self.one.path("keys/sign.key"), self.one.path("keys/tls.key"))
        self.refusal(self.one.request("GET", "/v1/sante"), 403, "untrusted")

    def test_a_whole_file_without_a_row_is_finished_on_demand(self):
        first, second = self.bundle(), self.bundle()
        for data, ask in ((first, self.one.head), (second, None)):
            self.one.create(sha(data), len(data))
            self.one.patch(sha(data), 0, data[:-1])
            part, = self.centre.spool()
            with open(part, "ab") as file:  # what a kill between write and verification leaves
                file.write(data[-1:])
            answer = ask(sha(data)) if ask else self.one.patch(sha(data), len(data), b"")
            self.assertIn(answer[0], (200, 204))
            self.assertEqual(answer[1]["Upload-Offset"], str(len(data)))
            self.assertEqual(self.one.request("GET", "/v1/recus/" + sha(data))[0], 200)
        self.assertEqual(len(self.centre.deposits()), 2)

    def store_without_row(self, data):
        folder = self.centre.path("depots", sha(data)[:2])
        os.makedirs(folder)
        path = os.path.join(folder, sha(data) + ".asice")
        with open(path, "wb") as file:
            file.write(data)
        return path

    def test_a_stored_file_without_a_row_is_finished_on_demand(self):
        data = self.bundle()
        self.store_without_row(data)
        status, headers, _ = self.one.create(sha(data), len(data))
        self.assertEqual((status, headers["Upload-Offset"]), (201, str(len(data))))
        self.assertEqual(self.one.request("GET", "/v1/recus/" + sha(data))[0], 200)

    def test_another_station_cannot_remove_a_stored_file_without_a_row(self):
        data = self.bundle()
        two = self.station("poste-2")
        path = self.store_without_row(data)
        self.assertEqual(two.head(sha(data))[0], 404)
        self.assertEqual(two.create(sha(data), len(data))[0], 404)
        self.assertEqual(read(path), data)
        self.assertEqual(self.one.head(sha(data))[0], 200)
        self.assertEqual(self.one.request("GET", "/v1/recus/" + sha(data))[0], 200)

    def test_the_inner_room_opens_what_the_server_cannot(self):
        data = self.bundle(50000)
        self.one.create(sha(data), len(data), PATCH, data)
        out = self.file("out")
        self.centre.verb("open", sha(data), "-o", out)
        names = [os.path.relpath(os.path.join(folder, name), out)
                 for folder, _, files in os.walk(out) for name in files]
        self.assertIn("data/demande.json", names)
        self.assertEqual(os.stat(out).st_mode & 0o777, 0o700)
        again = self.centre.verb("open", sha(data), "-o", out, check=False)
        self.assertEqual((again.returncode, json.loads(again.stdout)["error"]), (1, "exists"))
        os.rename(self.centre.path("inner"), self.file("elsewhere"))
        without = self.centre.verb("open", sha(data), "-o", self.file("out2"), check=False)
        self.assertEqual(without.returncode, 1)
        self.assertEqual(self.one.create(sha(data), len(data))[0], 201)

    def test_a_deposit_outlives_the_certificate_that_signed_it(self):
        self.one.issue("sign", -1, 1)
        data = self.bundle()
        self.one.create(sha(data), len(data), PATCH, data)
        later = subprocess.run(["faketime", "-f", "+30d", CENTRAL, "--root", self.centre.root,
                                "open", sha(data), "-o", self.file("later")],
                               capture_output=True, text=True, check=False)
        self.assertEqual(later.returncode, 0, later.stderr)

    def test_verbs_refuse_what_is_senseless(self):
        for words, code in ((("answer", "0" * 64, "title-ready"), 1), (("answer", "x", "y"), 1),
                            (("open", "0" * 64, "-o", self.file("o")), 1),
                            (("enrol", self.file("none"), "--name", "a", "-o", "b"), 1),
                            (("init", "--name", "x"), 1), (("dance",), 2), ((), 2)):
            with self.subTest(words=words):
                done = self.centre.verb(*words, check=False)
                self.assertEqual(done.returncode, code, done)
                self.assertTrue(done.stderr)

    def test_many_stations_at_once_each_get_their_own(self):
        stations = [self.station(f"poste-{n}") for n in range(10, 16)]
        sealed = {one: [one.seal(200000) for _ in range(3)] for one in stations}
        clients = [one.spawn("--once") for one in stations]
        self.assertEqual([client.wait(60) for client in clients], [0] * len(stations))
        rows = {d["sha256"]: d["station"] for d in self.centre.deposits()}
        self.assertEqual(len(rows), 18)
        for one, bundles in sealed.items():
            for bundle in bundles:
                self.assertEqual(rows[bundle["sha256"]], one.id)
                self.assertTrue(one.entry(bundle["sha256"])["received"])

    def test_the_operators_see_a_bundle_that_did_not_come(self):
        first, second, third = self.bundle(), self.bundle(), self.bundle()
        for data in (first, third):
            self.one.create(sha(data), len(data), PATCH, data)
        chain = json.loads(self.centre.verb("status").stdout)["chain"]
        self.assertEqual([(f["kind"], f["first"], f["last"]) for f in chain], [("gap", 2, 2)])
        self.one.create(sha(second), len(second), PATCH, second)
        self.assertEqual(json.loads(self.centre.verb("status").stdout)["chain"], [])

    def test_sigterm_ends_cleanly(self):
        self.assertEqual(self.centre.stop(), 0)


if __name__ == "__main__":
    main()
