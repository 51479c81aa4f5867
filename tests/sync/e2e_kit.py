# SPDX-License-Identifier: EUPL-1.2
"""A real centre, real stations, and a line that can be cut, on the loopback, in a folder that
goes away at the end. Ports are chosen by the system."""
import base64
import http.client
import http.server
import json
import os
import shutil
import signal
import socket
import ssl
import subprocess
import sys
import tempfile
import threading
import time
import unittest

BUILD = os.environ.get("GUICHET_BUILD", "build")
CENTRAL = os.path.join(BUILD, "sync", "central", "guichet-central")
SYNCD = os.path.join(BUILD, "sync", "station", "guichet-syncd")
CTL = os.path.join(BUILD, "app", "cli", "guichetctl")
HELPER = os.path.join(BUILD, "tests", "sync", "test-syncd-station")
TUS = {"Tus-Resumable": "1.0.0"}
PATCH = dict(TUS, **{"Content-Type": "application/offset+octet-stream"})


def run(*words, check=True):
    done = subprocess.run(words, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    if check and done.returncode != 0:
        raise AssertionError(f"{words}: {done.returncode}: {done.stderr}")
    return done


def wait_for(condition, seconds=20):
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if condition():
            return True
        time.sleep(0.02)
    return False


class Centre:
    """guichet-central in @folder; the server runs between start() and stop() or kill()."""

    def __init__(self, folder, name="Centre d’essai"):
        self.root = folder
        self.process = None
        self.port = 0
        self.fingerprint = run(CENTRAL, "--root", folder, "init", "--name", name, "--ip",
                               "127.0.0.1").stdout.strip()

    def path(self, *parts):
        return os.path.join(self.root, *parts)

    def start(self, *prefix):
        port_file = self.path("port")
        if os.path.exists(port_file):
            os.unlink(port_file)
        self.process = subprocess.Popen(
            [*prefix, CENTRAL, "--root", self.root, "serve", "--listen", f"127.0.0.1:{self.port}",
             "--port-file", port_file], stdout=subprocess.DEVNULL)
        if not wait_for(lambda: os.path.exists(port_file) or self.process.poll() is not None):
            raise AssertionError("the centre did not start")
        with open(port_file, encoding="ascii") as file:
            self.port = int(file.read())
        return self

    def stop(self):
        if self.process:
            self.process.send_signal(signal.SIGTERM)
            code = self.process.wait(20)
            self.process = None
            return code
        return 0

    def kill(self):
        self.process.kill()
        self.process.wait()
        self.process = None

    def verb(self, *words, check=True):
        return run(CENTRAL, "--root", self.root, "--json", *words, check=check)

    def deposits(self):
        return json.loads(self.verb("list").stdout)["deposits"]

    def spool(self):
        return [os.path.join(folder, name)
                for folder, _, names in os.walk(self.path("spool")) for name in names]

    @property
    def url(self):
        return f"https://127.0.0.1:{self.port}"


class Station:
    def __init__(self, folder, station_id, centre, url=None, register=True):
        self.root, self.id, self.centre = folder, station_id, centre
        run(HELPER, "init", folder, station_id)
        if register:
            answer = folder + "-answer"
            centre.verb("enrol", self.path("enrol"), "--name", station_id, "-o", answer,
                        "--url", url or centre.url)
            for source, target in (("station-sign.crt", "keys/sign.crt"),
                                   ("station-tls.crt", "keys/tls.crt"),
                                   ("centre-seal.crt", "trust/centre-seal.crt")):
                shutil.copy(os.path.join(answer, source), self.path(target))
        else:
            for role in ("sign", "tls"):
                self.issue(role, -1, 1)
            shutil.copy(centre.path("pki/centre-seal.crt"), self.path("trust/centre-seal.crt"))
        for target in ("root.crt", "centre-tls-ca.crt"):
            shutil.copy(centre.path("pki/root.crt"), self.path("trust", target))
        self.set_url(url or centre.url)

    def path(self, *parts):
        return os.path.join(self.root, *parts)

    def set_url(self, url):
        with open(self.path("station.json"), "w", encoding="utf-8") as file:
            json.dump({"profile": "station/1", "id": self.id, "name": "Essai", "centre_url": url,
                       "tpm": False, "devices": {}}, file)

    def issue(self, role, first_day, last_day, centre=None):
        run(HELPER, "issue", (centre or self.centre).root, self.path("enrol", role + ".csr"), role,
            str(first_day), str(last_day), self.path("keys", role + ".crt"))

    def seal(self, size=20000):
        return json.loads(run(HELPER, "seal", self.root, str(size)).stdout)

    def show(self):
        return json.loads(run(HELPER, "show", self.root).stdout)

    def entry(self, sha256):
        return next(e for e in self.show()["outbox"] if e["sha256"] == sha256)

    def sync(self):
        return run(SYNCD, "--root", self.root, "--once", check=False)

    def spawn(self, *words):
        return subprocess.Popen([SYNCD, "--root", self.root, *words], stdout=subprocess.DEVNULL,
                                stderr=subprocess.DEVNULL)

    def request(self, method, path, headers=None, body=None, port=None, certificate=True):
        """One raw request with this station's TLS certificate: (status, headers, body)."""
        context = ssl.create_default_context(cafile=self.path("trust/root.crt"))
        if certificate:
            context.load_cert_chain(self.path("keys/tls.crt"), self.path("keys/tls.key"))
        line = http.client.HTTPSConnection("127.0.0.1", port or self.centre.port,
                                           context=context, timeout=30)
        try:
            line.request(method, path, body, headers or {})
            answer = line.getresponse()
            return answer.status, answer.headers, answer.read()
        finally:
            line.close()

    def create(self, sha256, length, extra=None, body=None):
        key = base64.b64encode(sha256.encode()).decode()
        headers = dict(TUS, **{"Upload-Length": str(length), "Upload-Metadata": "sha256 " + key})
        return self.request("POST", "/v1/depots", dict(headers, **(extra or {})), body)

    def patch(self, sha256, offset, body):
        return self.request("PATCH", "/v1/depots/" + sha256,
                            dict(PATCH, **{"Upload-Offset": str(offset)}), body)

    def head(self, sha256):
        return self.request("HEAD", "/v1/depots/" + sha256, TUS)


def _hang_up(end):
    try:
        end.shutdown(socket.SHUT_RDWR)
    except OSError:
        pass


class Line:
    """A TCP relay that lets @allowance bytes through towards the centre, then holds still."""

    def __init__(self, port, allowance=None):
        self.target, self.allowance, self.passed = port, allowance, 0
        self.full = threading.Event()
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.port = self.listener.getsockname()[1]
        self.sockets = []
        threading.Thread(target=self._accept, daemon=True).start()

    def _accept(self):
        while True:
            try:
                near, _ = self.listener.accept()
                far = socket.create_connection(("127.0.0.1", self.target))
            except OSError:
                return
            self.sockets += [near, far]
            threading.Thread(target=self._pump, args=(near, far, True), daemon=True).start()
            threading.Thread(target=self._pump, args=(far, near, False), daemon=True).start()

    def _pump(self, source, target, counted):
        try:
            while True:
                data = source.recv(65536)
                if not data:
                    break
                if counted and self.allowance is not None:
                    data = data[:max(self.allowance - self.passed, 0)]
                    self.passed += len(data)
                    if data:
                        target.sendall(data)
                    if self.passed >= self.allowance:
                        self.full.set()
                        return  # neither closes nor answers: a line that died
                else:
                    target.sendall(data)
        except OSError:
            pass
        for end in (source, target):
            _hang_up(end)

    def cut(self):
        self.listener.close()
        for one in self.sockets:
            _hang_up(one)
            one.close()


class LyingCentre:
    """Speaks enough of the protocol, with a genuine TLS certificate, and gives what it is told:
    receipts {sha256: bytes}, feed [(number, bytes)], and answers of PATCH."""

    def __init__(self, centre):
        liar = self
        self.receipts, self.feed, self.held, self.seen, self.read_from = {}, [], {}, [], []
        self.scripted = []  # (method, status, headers) answered once each, in order
        self.swallow = None  # how many bytes of a PATCH are taken

        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def log_message(self, *words):
                pass

            def answer(self, status, headers=None, body=b""):
                self.send_response(status)
                for name, value in (headers or {}).items():
                    self.send_header(name, value)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                if self.command != "HEAD":
                    self.wfile.write(body)

            def handle_any(self):
                size = int(self.headers.get("Content-Length") or 0)
                body = self.rfile.read(size)
                liar.seen.append((self.command, self.path, size))
                if liar.scripted and liar.scripted[0][0] == self.command:
                    _, status, headers = liar.scripted.pop(0)
                    return self.answer(status, headers)
                return getattr(self, "on_" + self.command.lower())(body)

            do_GET = do_HEAD = do_POST = do_PATCH = handle_any

            def on_get(self, body):
                if self.path.startswith("/v1/recus/"):
                    receipt = liar.receipts.get(self.path.rsplit("/", 1)[1])
                    return self.answer(200 if receipt else 404, {}, receipt or b"")
                if self.path.startswith("/v1/flux"):
                    liar.read_from.append(int(self.path.rpartition("=")[2]))
                    items = [{"number": n, "message": base64.b64encode(m).decode()}
                             for n, m in liar.feed]
                    liar.feed = []
                    return self.answer(200, {}, json.dumps({"messages": items}).encode())
                return self.answer(200, {}, b"{}")

            def on_post(self, body):
                liar.held.setdefault("length", int(self.headers["Upload-Length"]))
                return self.answer(201, {"Location": "/v1/depots/x", "Upload-Offset": "0"})

            def on_head(self, body):
                if not liar.held:
                    return self.answer(404)
                return self.answer(200, {"Upload-Offset": str(liar.held.get("offset", 0)),
                                         "Upload-Length": str(liar.held.get("length", 0))})

            def on_patch(self, body):
                taken = len(body) if liar.swallow is None else min(len(body), liar.swallow)
                liar.held["offset"] = int(self.headers["Upload-Offset"]) + taken
                return self.answer(204, {"Upload-Offset": str(liar.held["offset"])})

        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(centre.path("pki/centre-tls.crt"),
                                centre.path("pki/keys/centre-tls.key"))
        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        self.server.handle_error = lambda *words: None  # clients of ours hang up on purpose
        self.server.socket = context.wrap_socket(self.server.socket, server_side=True)
        self.port = self.server.server_address[1]
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    @property
    def url(self):
        return f"https://127.0.0.1:{self.port}"

    def methods(self):
        return [method for method, path, _ in self.seen if path.startswith("/v1/depots")]

    def close(self):
        self.server.shutdown()
        self.server.server_close()


class Case(unittest.TestCase):
    def setUp(self):
        self.folder = tempfile.mkdtemp(prefix="guichet-sync-")
        self.addCleanup(shutil.rmtree, self.folder, True)
        self.centre = self.make_centre()
        self.addCleanup(self.centre.stop)
        self.centre.start()

    def make_centre(self):
        return Centre(os.path.join(self.folder, "centre"))

    def station(self, name="poste-1", **words):
        return Station(os.path.join(self.folder, name), name, self.centre, **words)

    def file(self, name):
        return os.path.join(self.folder, name)


def main():
    for program in (CENTRAL, SYNCD, HELPER):
        if not os.path.exists(program):
            print(f"SKIP: {program} is not built")
            sys.exit(77)
    unittest.main(verbosity=2)


def read(path):
    with open(path, "rb") as file:
        return file.read()
