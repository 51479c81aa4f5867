# SPDX-License-Identifier: EUPL-1.2
"""tus with programs that nobody here wrote: our client against @tus/server, tus-js-client and curl
against our server. What npm cannot bring (no network) is skipped, and said."""
import os
import shutil
import subprocess
import sys
import unittest

from e2e_kit import BUILD, HELPER, Case, Line, main, read, run, wait_for

HERE = os.path.dirname(os.path.abspath(__file__))
PEERS = os.path.join(BUILD, "tests", "sync", "peers")
PACKAGES = ("@tus/server@2.4.5", "@tus/file-store@2.1.1", "tus-js-client@4.3.1")
MIB = 1 << 20


def fetch_peers():
    """TRUE once the packages are there; kept in the build folder from one run to the next."""
    if not shutil.which("npm") or not shutil.which("node"):
        return False
    if os.path.exists(os.path.join(PEERS, "ready")):
        return True
    os.makedirs(PEERS, exist_ok=True)
    try:
        done = subprocess.run(["npm", "install", "--no-audit", "--no-fund", "--ignore-scripts",
                               "--prefix", PEERS, *PACKAGES],
                              stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, timeout=60)
    except subprocess.TimeoutExpired:
        return False
    if done.returncode == 0:
        with open(os.path.join(PEERS, "ready"), "w"):
            pass
    return done.returncode == 0


HAVE_PEERS = fetch_peers()
needs_peers = unittest.skipUnless(HAVE_PEERS, "npm cannot bring @tus/server and tus-js-client")
needs_curl = unittest.skipUnless(shutil.which("curl"), "no curl command")


@needs_peers
class PeerServer(Case):
    def setUp(self):
        super().setUp()
        self.peer = self.file("peer")
        for name in ("files", "receipts"):
            os.makedirs(os.path.join(self.peer, name))
        port_file = os.path.join(self.peer, "port")
        process = subprocess.Popen(
            ["node", os.path.join(HERE, "e2e-peer-server.mjs"), self.centre.path("pki"), self.peer,
             port_file], env=dict(os.environ, GUICHET_PEERS=PEERS), stdout=subprocess.DEVNULL)
        self.addCleanup(process.wait)
        self.addCleanup(process.kill)
        self.assertTrue(wait_for(lambda: os.path.exists(port_file)))
        self.port = int(read(port_file))
        self.one = self.station(url=f"https://127.0.0.1:{self.port}")

    def held(self, sealed):
        path = os.path.join(self.peer, "files", sealed["sha256"])
        return read(path) if os.path.exists(path) else b""

    def test_our_client_fills_it_and_waits_for_a_receipt(self):
        sealed = self.one.seal(5 * MIB)
        self.assertEqual(self.one.sync().returncode, 1)
        self.assertEqual(self.held(sealed), read(sealed["path"]))
        self.assertFalse(self.one.entry(sealed["sha256"])["received"])
        run(HELPER, "receipt", self.centre.root, self.one.id, "1", sealed["sha256"],
            os.path.join(self.peer, "receipts", sealed["sha256"]))
        self.assertEqual(self.one.sync().returncode, 0)
        self.assertTrue(self.one.entry(sealed["sha256"])["received"])

    def test_our_client_resumes_on_it(self):
        sealed = self.one.seal(5 * MIB)
        line = Line(self.port, 2 * MIB + 300000)
        self.one.set_url(f"https://127.0.0.1:{line.port}")
        client = self.one.spawn("--once")
        self.assertTrue(line.full.wait(30))
        client.kill()
        client.wait()
        line.cut()
        self.assertTrue(wait_for(lambda: len(self.held(sealed)) >= MIB))
        rest = Line(self.port, 1 << 40)
        self.one.set_url(f"https://127.0.0.1:{rest.port}")
        self.one.sync()
        self.assertEqual(self.held(sealed), read(sealed["path"]))
        self.assertLess(rest.passed, 5 * MIB)


class PeerClient(Case):
    def setUp(self):
        super().setUp()
        self.one = self.station()

    def assert_held(self, sealed):
        deposit, = self.centre.deposits()
        self.assertEqual(deposit["sha256"], sealed["sha256"])
        self.assertEqual(read(self.centre.path(deposit["path"])), read(sealed["path"]))
        self.assertEqual(self.one.request("GET", "/v1/recus/" + sealed["sha256"])[0], 200)

    def tus_js(self, sealed, chunk, during="no", abort_at=0):
        return subprocess.run(
            ["node", os.path.join(HERE, "e2e-peer-client.mjs"), self.centre.url, self.one.root,
             sealed["path"], sealed["sha256"], str(chunk), during, str(abort_at)],
            env=dict(os.environ, GUICHET_PEERS=PEERS), timeout=60).returncode

    @needs_peers
    def test_tus_js_client_sends_a_bundle_whole(self):
        sealed = self.one.seal(3 * MIB)
        self.assertEqual(self.tus_js(sealed, 100 * MIB), 0)
        self.assert_held(sealed)

    @needs_peers
    def test_tus_js_client_sends_chunks_from_the_creation_on(self):
        sealed = self.one.seal(3 * MIB)
        self.assertEqual(self.tus_js(sealed, MIB, "yes"), 0)
        self.assert_held(sealed)

    @needs_peers
    def test_tus_js_client_stops_and_ours_goes_on(self):
        sealed = self.one.seal(3 * MIB)
        self.assertEqual(self.tus_js(sealed, MIB, abort_at=MIB), 3)
        self.assertEqual(self.centre.deposits(), [])
        self.assertEqual(self.one.sync().returncode, 0)
        self.assert_held(sealed)

    def curl(self, *words):
        done = run("curl", "-sS", "-i", "--cacert", self.one.path("trust/root.crt"), "--cert",
                   self.one.path("keys/tls.crt"), "--key", self.one.path("keys/tls.key"), "-H",
                   "Tus-Resumable: 1.0.0", *words)
        return done.stdout

    @needs_curl
    def test_plain_curl_sends_a_bundle(self):
        sealed = self.one.seal(300000)
        data, half = read(sealed["path"]), self.file("half")
        where = self.centre.url + "/v1/depots"
        metadata = run("sh", "-c", f"printf %s {sealed['sha256']} | base64 -w0").stdout
        answer = self.curl("-X", "POST", "-H", f"Upload-Length: {len(data)}", "-H",
                           f"Upload-Metadata: sha256 {metadata}", where)
        self.assertIn("201", answer.splitlines()[0])
        where += "/" + sealed["sha256"]
        for at, until in ((0, 100000), (100000, len(data))):
            with open(half, "wb") as file:
                file.write(data[at:until])
            self.assertIn(f"Upload-Offset: {at}", self.curl("-I", where))
            answer = self.curl("-X", "PATCH", "-H", f"Upload-Offset: {at}", "-H",
                               "Content-Type: application/offset+octet-stream", "--data-binary",
                               "@" + half, where)
            self.assertIn("204", answer)
        self.assert_held(sealed)


if __name__ == "__main__":
    if not HAVE_PEERS:
        print("SKIP (in part): npm cannot bring the peers", file=sys.stderr)
    main()
