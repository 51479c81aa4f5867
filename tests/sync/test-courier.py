# SPDX-License-Identifier: EUPL-1.2
"""The courier stick: out, to the centre, home; torn, foreign, hostile, full, pulled, repeated."""
import hashlib
import json
import os
import random
import shutil
import signal
import subprocess
import tempfile
import time
import unittest

from e2e_kit import CENTRAL, CTL, Centre, Station, run


def way(station, home=False):
    key = hashlib.sha256(station.id.encode()).hexdigest()[:16]
    return os.path.join("guichet", key, "retour" if home else "aller")


def read(path):
    with open(path, "rb") as file:
        return file.read()


class Courier(unittest.TestCase):
    def setUp(self):
        self.folder = tempfile.mkdtemp(prefix="guichet-courier-")
        self.addCleanup(shutil.rmtree, self.folder)
        self.centre = Centre(self.at("centre"))
        # nobody listens there: what arrives, arrives by stick
        self.one = Station(self.at("one"), "mairie-1", self.centre, url="https://127.0.0.1:9")
        self.stick = self.at("stick")
        os.mkdir(self.stick)

    def at(self, *parts):
        return os.path.join(self.folder, *parts)

    def on_stick(self, station, *parts, home=False):
        return os.path.join(self.stick, way(station, home), *parts)

    def export(self, station=None, stick=None, check=True):
        done = run(CTL, "--root", (station or self.one).root, "--json", "sync", "export",
                   stick or self.stick, check=check)
        return json.loads(done.stdout) if check else done

    def bring_home(self, station=None, check=True):
        done = run(CTL, "--root", (station or self.one).root, "--json", "sync", "import",
                   self.stick, check=check)
        return json.loads(done.stdout) if check else done

    def visit(self, check=True):
        done = self.centre.verb("import", self.stick, check=check)
        return json.loads(done.stdout)["stations"] if check else done

    def status(self, station=None):
        return json.loads(run(CTL, "--root", (station or self.one).root, "--json", "sync",
                              "status").stdout)

    def seal(self, count, station=None):
        return [(station or self.one).seal(3000)["sha256"] for _ in range(count)]

    def waiting(self, station=None):
        return [e["sha256"] for e in self.status(station)["bundles"] if not e["received"]]

    def refusal(self, done, *words):
        self.assertEqual(done.returncode, 1, done.stderr)
        self.assertEqual(done.stderr.strip().count("\n"), 0, done.stderr)
        for word in words:
            self.assertIn(word, done.stderr)

    # --- the way as it should be ---

    def test_out_to_the_centre_and_home(self):
        sealed = self.seal(3)
        out = self.export()
        self.assertEqual((out["bundles"], out["left"], out["trip"]), (3, 0, 1))
        self.assertEqual(len(self.status()["trips"]), 1)
        self.assertEqual([e["received"] for e in self.status()["bundles"]], [False] * 3)
        seen, = self.visit()
        self.assertEqual((seen["station"], seen["trip"], seen["received"], seen["held"],
                          seen["missing"], seen["refused"]), ("mairie-1", 1, 3, 0, 0, []))
        home = self.bring_home()
        self.assertEqual((home["receipts"], home["refused"], home["waiting"], home["trip"]),
                         (3, 0, 0, 1))
        self.assertEqual(self.waiting(), [])
        self.assertEqual(self.status()["trips"], [])
        self.assertEqual([n for n in os.listdir(self.on_stick(self.one)) if n != "LISTE"], [])
        self.assertEqual({d["sha256"] for d in self.centre.deposits()}, set(sealed))

    def test_repeating_each_step_changes_nothing(self):
        self.seal(2)
        self.export()
        self.assertEqual(self.export()["bundles"], 2)
        self.visit()
        seen, = self.visit()
        self.assertEqual((seen["received"], seen["held"], seen["trip"]), (0, 2, 2))
        self.assertEqual(self.bring_home()["receipts"], 2)
        self.assertEqual(self.bring_home()["receipts"], 0)
        self.assertEqual(len(self.centre.deposits()), 2)
        self.assertEqual(self.status()["trips"], [])

    def test_the_feed_comes_home_in_order_and_once(self):
        sealed = self.seal(2)
        self.export()
        self.visit()
        self.bring_home()
        for sha256 in sealed:
            self.centre.verb("answer", sha256, "in-progress", "à l’étude")
        self.export()  # nothing waits: it asks for news only
        self.assertEqual(self.visit()[0]["messages"], 2)
        home = self.bring_home()
        self.assertEqual((home["messages"], home["waiting"]), (2, 0))
        self.assertEqual(self.bring_home(check=False).returncode, 0)

    def test_a_missing_message_holds_the_later_ones_back_and_loses_none(self):
        sealed = self.seal(3)
        self.export()
        self.visit()
        self.bring_home()
        for sha256 in sealed:
            self.centre.verb("answer", sha256, "in-progress", "à l’étude")
        self.export()
        self.visit()
        lost = self.on_stick(self.one, "%020d.message" % 2, home=True)
        kept = read(lost)
        os.unlink(lost)
        self.refusal(self.bring_home(check=False), "n° 2")
        with open(lost, "wb") as file:
            file.write(kept)
        self.assertEqual(self.bring_home()["messages"], 2)

    def test_several_stations_share_a_stick(self):
        stations = [self.one] + [Station(self.at(name), name, self.centre,
                                         url="https://127.0.0.1:9")
                                 for name in ("mairie-10", "mairie-2")]
        for station in stations:
            self.seal(2, station)
            self.export(station)
        self.assertEqual([v["received"] for v in self.visit()], [2, 2, 2])
        for station in stations:
            self.assertEqual(self.bring_home(station)["receipts"], 2)
        self.assertEqual(len(self.centre.deposits()), 6)

    def test_a_stick_that_does_not_return_stays_visible_and_another_takes_all(self):
        self.seal(2)
        self.export()
        lost = self.stick
        self.stick = self.at("second")
        os.mkdir(self.stick)
        self.export()
        self.assertEqual(len(self.status()["trips"]), 2)
        self.visit()
        self.bring_home()
        self.assertEqual(self.status()["trips"], [])  # nothing of the lost one waits any more
        self.stick = lost
        self.assertEqual(self.visit()[0]["held"], 2)
        self.assertEqual(self.bring_home()["receipts"], 0)

    # --- what may be wrong with a stick ---

    def test_a_torn_bundle_is_refused_with_its_reason_and_stays_here(self):
        bad, good = self.seal(2)
        self.export()
        path = self.on_stick(self.one, bad + ".asice")
        with open(path, "r+b") as file:
            file.truncate(1000)
        seen, = self.visit()
        self.assertEqual((seen["received"], [r["sha256"] for r in seen["refused"]]), (1, [bad]))
        self.assertIn("abîmée", seen["refused"][0]["reason"])
        home = self.bring_home()
        self.assertEqual((home["receipts"], home["refused"], home["waiting"]), (1, 1, 1))
        self.assertIn("abîmée", self.status()["bundles"][0]["last_error"])
        self.export()  # mends it: what is on the stick is compared, not believed
        self.assertEqual(self.visit()[0]["received"], 1)
        self.assertEqual(self.bring_home()["waiting"], 0)
        self.assertEqual({d["sha256"] for d in self.centre.deposits()}, {bad, good})

    def test_every_flipped_byte_of_a_list_is_seen_and_bundles_pass_all_the_same(self):
        self.seal(1)
        self.export()
        path = self.on_stick(self.one, "LISTE")
        original = read(path)
        for place in random.Random(7).sample(range(len(original)), 6):
            with open(path, "wb") as file:
                file.write(original[:place] + bytes([original[place] ^ 1]) + original[place + 1:])
            seen, = self.visit()
            self.assertEqual((seen["trip"], seen["received"] + seen["held"]), (0, 1), place)
            self.assertIsNotNone(seen["reason"])
        self.assertEqual(self.bring_home(check=False).returncode, 1)  # no list, but the receipt
        self.assertEqual(self.waiting(), [])

    def test_a_missing_bundle_is_counted(self):
        self.seal(2)
        self.export()
        os.unlink(self.on_stick(self.one, self.waiting()[0] + ".asice"))
        self.assertEqual(self.visit()[0]["missing"], 1)
        self.assertEqual(self.bring_home()["waiting"], 1)

    def test_links_pipes_devices_and_giants_are_refused_and_never_followed(self):
        secret = self.at("secret")
        with open(secret, "w", encoding="ascii") as file:
            file.write("not yours")
        self.seal(1)
        self.export()
        sha256, = self.waiting()
        for n, make in enumerate((lambda p: os.symlink(secret, p), os.mkfifo, os.mkdir,
                                  lambda p: (open(p, "wb").close(), os.truncate(p, 1 << 40)))):
            name = "%064x.asice" % n
            make(self.on_stick(self.one, name))
        seen, = self.visit()
        self.assertEqual((seen["received"], len(seen["refused"])), (1, 4))
        self.assertEqual({d["sha256"] for d in self.centre.deposits()}, {sha256})

    def test_a_link_in_place_of_a_folder_or_a_file_is_not_written_through(self):
        outside = self.at("outside")
        self.seal(1)
        for name in (way(self.one), way(self.one) + "/LISTE", "guichet/NAVETTE", "guichet"):
            with self.subTest(name=name):
                shutil.rmtree(self.stick)
                os.makedirs(os.path.dirname(os.path.join(self.stick, name)))
                os.makedirs(outside, exist_ok=True)
                os.symlink(outside, os.path.join(self.stick, name))
                done = self.export(check=False)
                self.refusal(done, "clé")
                self.assertEqual(os.listdir(outside), [])

    def test_a_foreign_stick_says_so(self):
        self.refusal(self.visit(check=False), "ne porte pas")
        self.refusal(self.bring_home(check=False), "ne porte pas")
        self.seal(1)
        self.export()
        self.refusal(self.bring_home(check=False), "ne rapporte rien")
        gone = self.at("gone")
        self.refusal(self.export(stick=gone, check=False), "Pas de clé")

    def test_another_centres_stick_is_refused(self):
        other = Centre(self.at("other"), "Autre centre")
        stranger = Station(self.at("stranger"), "mairie-1", other, url="https://127.0.0.1:9")
        self.seal(1, stranger)
        self.export(stranger)
        seen, = self.visit()
        self.assertEqual((seen["received"], len(seen["refused"])), (0, 1))
        self.assertEqual(self.centre.deposits(), [])

    def test_a_forged_answer_erases_nothing(self):
        sealed, = self.seal(1)
        other = Centre(self.at("other"), "Autre centre")
        stranger = Station(self.at("stranger"), "mairie-1", other, url="https://127.0.0.1:9")
        self.seal(1, stranger)
        self.export(stranger)
        other.verb("import", self.stick)
        receipts = [n for n in os.listdir(self.on_stick(self.one, home=True))
                    if n.endswith(".accuse")]
        os.rename(self.on_stick(self.one, receipts[0], home=True),
                  self.on_stick(self.one, sealed + ".accuse", home=True))
        self.refusal(self.bring_home(check=False), "0 accusés")
        self.assertEqual(self.waiting(), [sealed])

    def test_another_stations_folder_is_not_taken_for_ours(self):
        two = Station(self.at("two"), "mairie-2", self.centre, url="https://127.0.0.1:9")
        self.seal(1)
        self.seal(1, two)
        self.export()
        self.export(two)
        mine, other = (os.path.join(self.stick, way(s)) for s in (self.one, two))
        os.rename(mine, mine + "x")
        os.rename(other, mine)
        os.rename(mine + "x", other)
        self.assertEqual([len(v["refused"]) for v in self.visit()], [1, 1])
        self.assertEqual(self.centre.deposits(), [])

    def test_too_many_files_are_no_courier(self):
        self.seal(1)
        self.export()
        for n in range(20001):
            open(self.on_stick(self.one, "%064x.asice" % n), "wb").close()
        self.refusal(self.visit(check=False), "plus de")

    def mount(self, megabytes):
        if os.geteuid() != 0 or run("mount", "-t", "tmpfs", "-o", f"size={megabytes}m", "guichet",
                                    self.stick, check=False).returncode != 0:
            self.skipTest("no tmpfs may be mounted here")
        self.addCleanup(run, "umount", self.stick)

    def test_a_small_stick_takes_the_oldest_and_says_what_stays(self):
        self.mount(8)
        sealed = [self.one.seal(1500000)["sha256"] for _ in range(3)]
        out = self.export()
        self.assertEqual((out["bundles"], out["left"]), (2, 1))
        self.assertIn("pleine", out["reason"])
        self.visit()
        self.assertEqual(self.bring_home()["waiting"], 1)
        self.assertEqual({d["sha256"] for d in self.centre.deposits()}, set(sealed[:2]))
        self.assertEqual((self.export()["bundles"], self.visit()[0]["received"]), (1, 1))
        self.assertEqual(self.bring_home()["waiting"], 0)

    def test_a_write_protected_stick_is_read_and_never_written(self):
        self.mount(16)
        self.seal(1)
        self.export()
        self.visit()
        run("mount", "-o", "remount,ro", self.stick)
        self.refusal(self.export(check=False), "refuse l’écriture")
        self.refusal(self.bring_home(check=False), "1 accusés", "refuse l’écriture")
        self.assertEqual(self.waiting(), [])

    # --- pulled, killed ---

    def test_killed_at_any_moment_the_stick_is_whole_or_taken_up_again(self):
        """The process dies at random instants of the export: what the list names is there."""
        rng = random.Random(20261122)
        self.seal(6)
        for _ in range(12):
            shutil.rmtree(self.stick, ignore_errors=True)
            os.mkdir(self.stick)
            process = subprocess.Popen([CTL, "--root", self.one.root, "sync", "export",
                                        self.stick], stdout=subprocess.DEVNULL)
            time.sleep(rng.random() * 0.12)
            process.send_signal(signal.SIGKILL)
            process.wait()
            if os.path.exists(self.on_stick(self.one, "LISTE")):
                names = os.listdir(self.on_stick(self.one))
                self.assertEqual(len([n for n in names if n.endswith(".asice")]), 6)
        self.assertEqual(self.export()["bundles"], 6)
        self.assertEqual(self.visit()[0]["received"], 6)
        self.assertEqual(self.bring_home()["waiting"], 0)

    def test_the_centre_killed_in_the_middle_goes_on(self):
        rng = random.Random(20261123)
        self.seal(6)
        self.export()
        for _ in range(10):
            process = subprocess.Popen([CENTRAL, "--root", self.centre.root, "import", self.stick],
                                       stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
            time.sleep(rng.random() * 0.1)
            process.send_signal(signal.SIGKILL)
            process.wait()
        seen, = self.visit()
        self.assertEqual(seen["received"] + seen["held"], 6)
        self.assertEqual(len(self.centre.deposits()), 6)
        self.assertEqual(self.bring_home()["receipts"], 6)


if __name__ == "__main__":
    unittest.main(verbosity=2)
