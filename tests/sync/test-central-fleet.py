# SPDX-License-Identifier: EUPL-1.2
"""The wire contract again, through nginx to two instances on one PostgreSQL; then what only a fleet
can do wrong: an instance killed in mid-upload, the database gone, a forged identity, a race."""
import concurrent.futures
import importlib
import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import urllib.parse

from e2e_kit import CENTRAL, PATCH, Line, main, read
from fleet_kit import Fleet, Postgres, missing

wire = importlib.import_module("test-central-wire")
sha = wire.sha


class OnFleet(wire.Wire):
    """Every test of the wire."""

    @classmethod
    def setUpClass(cls):
        folder = tempfile.mkdtemp(prefix="guichet-fleet-")
        cls.addClassCleanup(shutil.rmtree, folder, True)
        os.chmod(folder, 0o755)
        cls.postgres = Postgres(os.path.join(folder, "pg"))
        cls.addClassCleanup(cls.postgres.stop)

    def make_centre(self):
        fleet = Fleet(self.file("fleet"), self.postgres)
        self.addCleanup(fleet.end)
        return fleet


class Fleets(wire.Wire):
    """What only a fleet can do wrong. The tests of the wire are not inherited."""

    setUpClass = classmethod(OnFleet.setUpClass.__func__)
    make_centre = OnFleet.make_centre

    def push_part(self, data, offset, count):
        """@count bytes reach the centre, then the line is silent, then it is cut."""
        line = Line(self.centre.port, allowance=count)
        body = threading.Thread(target=self.push, args=(line.port, data, offset), daemon=True)
        body.start()
        self.assertTrue(line.full.wait(20))
        return line

    def push(self, port, data, offset):
        try:
            self.one.request("PATCH", "/v1/depots/" + sha(data),
                             dict(PATCH, **{"Upload-Offset": str(offset)}), data[offset:], port)
        except OSError:
            pass

    def offset(self, data):
        status, headers, _ = self.one.head(sha(data))
        self.assertEqual(status, 200)
        return int(headers["Upload-Offset"])

    def test_an_instance_killed_in_mid_upload_is_followed_by_the_other(self):
        data = self.bundle(3000000)
        self.one.create(sha(data), len(data))
        offset = 0
        for n in (0, 1):
            line = self.push_part(data, offset, 900000)
            self.centre.kill_instance(n)
            line.cut()
            later = self.offset(data)  # the other answers
            self.assertGreaterEqual(later, offset)
            offset = later
            self.centre.start_instance(n)
        self.assertGreater(offset, 0)
        self.assertEqual(self.one.patch(sha(data), offset, data[offset:])[0], 204)
        deposit, = self.centre.deposits()
        self.assertEqual(read(self.centre.path(deposit["path"])), data)

    def test_the_same_bundle_to_both_at_once_has_one_row_and_one_receipt(self):
        for _ in range(6):
            data = self.bundle()
            with concurrent.futures.ThreadPoolExecutor(8) as pool:
                answers = list(pool.map(
                    lambda _: self.one.create(sha(data), len(data), PATCH, data)[0], range(8)))
            self.assertTrue(set(answers) <= {201, 423}, answers)
            self.assertEqual(self.one.create(sha(data), len(data))[0], 201)
            receipts = {self.one.request("GET", "/v1/recus/" + sha(data))[2] for _ in range(4)}
            self.assertEqual(len(receipts), 1)
        self.assertEqual(len(self.centre.deposits()), 6)

    def test_numbers_of_the_feed_have_no_gap_whoever_appends(self):
        data = self.bundle()
        self.one.create(sha(data), len(data), PATCH, data)
        with concurrent.futures.ThreadPoolExecutor(6) as pool:
            list(pool.map(lambda n: self.centre.verb("answer", sha(data), "in-progress", str(n)),
                          range(18)))
        numbers = self.centre.postgres.sql("SELECT string_agg(number::text, ',' ORDER BY number) "
                                           "FROM feed")
        self.assertEqual(numbers, ",".join(str(n) for n in range(1, 19)))
        body = json.loads(self.one.request("GET", "/v1/flux?apres=0")[2])
        self.assertEqual([m["number"] for m in body["messages"]], list(range(1, 19)))

    def test_a_forged_identity_is_overwritten(self):
        two = self.station("poste-2")
        data = self.bundle()
        self.one.create(sha(data), len(data), PATCH, data)
        pem = urllib.parse.quote(read(self.one.path("keys/tls.crt")).decode())
        for name in ("X-Guichet-Certificate", "x-guichet-certificate", "X_Guichet_Certificate"):
            status, _, body = two.request("GET", "/v1/sante", {name: pem})
            self.assertEqual((status, json.loads(body)["station"]), (200, "poste-2"))
            self.assertEqual(two.request("GET", "/v1/recus/" + sha(data), {name: pem})[0], 404)
            self.assertEqual(self.one.request("GET", "/v1/sante", {name: pem},
                                              certificate=False)[0], 403)

    def test_one_connection_of_nginx_serves_many_stations(self):
        stations = [self.one] + [self.station(f"poste-{n}") for n in (2, 3, 4)]
        for _ in range(5):
            for one in stations:
                body = json.loads(one.request("GET", "/v1/sante")[2])
                self.assertEqual(body["station"], one.id)

    def test_a_database_that_goes_away_loses_nothing_and_comes_back(self):
        first, second = self.bundle(), self.bundle()
        self.one.create(sha(first), len(first), PATCH, first)
        for how in (signal.SIGINT, signal.SIGQUIT):
            self.centre.postgres.stop(how)
            status, _, body = self.one.create(sha(second), len(second), PATCH, second)
            self.assertGreaterEqual(status, 500)
            self.assertNotIn("postgres", body.decode().lower())
            self.centre.postgres.start()
            self.assertEqual(self.one.request("GET", "/v1/recus/" + sha(first))[0], 200)
        self.assertEqual(self.one.create(sha(second), len(second), PATCH, second)[0], 201)
        self.assertEqual(self.one.head(sha(second))[0], 200)
        if int(self.one.head(sha(second))[1]["Upload-Offset"]) < len(second):
            self.assertEqual(self.one.patch(sha(second), 0, second)[0], 204)
        self.assertEqual({d["sha256"] for d in self.centre.deposits()}, {sha(first), sha(second)})

    def test_all_instances_down_is_an_answer_that_says_come_back(self):
        for n in (0, 1):
            self.centre.kill_instance(n)
        self.assertIn(self.one.request("GET", "/v1/sante")[0], (502, 504))
        self.assertNotEqual(self.one.sync().returncode, 0)
        self.centre.start_instance(1)
        sealed = self.one.seal(20000)
        self.assertEqual(self.one.sync().returncode, 0)
        self.assertTrue(self.one.entry(sealed["sha256"])["received"])

    def test_a_newer_schema_and_a_wrong_address_are_refused_in_words(self):
        self.centre.postgres.sql("UPDATE guichet_schema SET version = 2")
        done = self.centre.verb("list", check=False)
        self.assertEqual((done.returncode, json.loads(done.stdout)["error"]), (1, "newer"))
        done = subprocess.run([CENTRAL, "--root", self.centre.root, "--database",
                               "host=/nonexistent dbname=x", "list"],
                              capture_output=True, text=True, check=False)
        self.assertEqual((done.returncode, done.stderr.count("\n")), (1, 1), done.stderr)
        self.assertIn("--database", done.stderr)

    def test_twenty_openings_of_an_empty_database_make_one_schema(self):
        self.centre.postgres.sql("DROP TABLE guichet_schema, feed, feed_head, deposit, station")
        with concurrent.futures.ThreadPoolExecutor(10) as pool:
            codes = list(pool.map(lambda _: self.centre.verb("list", check=False).returncode,
                                  range(20)))
        self.assertEqual(set(codes), {0})
        self.assertEqual(self.centre.postgres.sql("SELECT version FROM guichet_schema"), "1")


for name in [n for n in dir(wire.Wire) if n.startswith("test_")]:
    setattr(Fleets, name, None)
del wire.Wire  # the loader would run it here too


if __name__ == "__main__":
    if missing():
        print(f"SKIP: {missing()}")
        sys.exit(77)
    main()
