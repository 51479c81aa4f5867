# SPDX-License-Identifier: EUPL-1.2
"""A centre as an office with many stations runs it: PostgreSQL, several guichet-central, and nginx
with the configuration that we ship; on the loopback and in one folder."""
import glob
import os
import pwd
import shutil
import signal
import socket
import subprocess

from e2e_kit import BUILD, CENTRAL, Centre, run, wait_for

SOURCE = os.environ.get("GUICHET_SOURCE", ".")
CONFIGURATION = os.path.join(SOURCE, "packaging/nginx/guichet-central.conf.in")


def missing():
    """What this machine lacks for a fleet, or ''."""
    if not glob.glob("/usr/lib/postgresql/*/bin/postgres"):
        return "postgresql is not installed"
    return "" if shutil.which("nginx", path="/usr/sbin:/usr/bin:/sbin") else "nginx is not installed"


class Postgres:
    """A server of our own on a socket in @folder; it refuses to be root."""

    def __init__(self, folder):
        self.folder, self.process = folder, None
        self.bin = sorted(glob.glob("/usr/lib/postgresql/*/bin"))[-1]
        self.data = os.path.join(folder, "data")
        os.makedirs(folder)
        self.user = "postgres" if os.geteuid() == 0 else None
        if self.user:
            who = pwd.getpwnam(self.user)
            os.chown(folder, who.pw_uid, who.pw_gid)
            os.chmod(folder, 0o755)
        self.run("initdb", "-D", self.data, "-A", "trust", "-U", "guichet", "--data-checksums")
        self.start()
        self.databases = 0

    def make_database(self):
        """A new one; its connection string."""
        self.databases += 1
        self.database = f"guichet_{self.databases}"
        self.run("createdb", "-h", self.folder, "-U", "guichet", self.database)
        return f"host={self.folder} user=guichet dbname={self.database}"

    def command(self, name, *words):
        prefix = ["setpriv", "--reuid", self.user, "--regid", self.user, "--clear-groups"] \
            if self.user else []
        return [*prefix, os.path.join(self.bin, name), *words]

    def run(self, name, *words):
        return run(*self.command(name, *words))

    def start(self):
        self.process = subprocess.Popen(
            self.command("postgres", "-D", self.data, "-k", self.folder, "-c",
                         "listen_addresses=", "-c", "logging_collector=off", "-c",
                         "max_connections=60"),
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, cwd="/")
        ready = self.command("pg_isready", "-h", self.folder, "-U", "guichet")
        if not wait_for(lambda: subprocess.run(ready, stdout=subprocess.DEVNULL).returncode == 0):
            raise AssertionError("PostgreSQL did not start")

    def stop(self, how=signal.SIGINT):
        """SIGINT: fast shutdown; SIGQUIT: as if the power went."""
        if self.process:
            self.process.send_signal(how)
            self.process.wait(30)
            self.process = None

    def sql(self, text):
        return self.run("psql", "-h", self.folder, "-U", "guichet", "-d", self.database,
                        "-tAc", text).stdout.strip()


class Fleet(Centre):
    """The same face as one Centre, so that the same tests ask the same of it."""

    def __init__(self, folder, postgres, instances=2):
        os.makedirs(folder)
        self.postgres = postgres
        os.environ["GUICHET_CENTRAL_DATABASE"] = postgres.make_database()
        self.instances = [None] * instances
        self.nginx, self.front = None, os.path.join(folder, "front")
        super().__init__(os.path.join(folder, "centre"))
        with socket.create_server(("127.0.0.1", 0)) as probe:
            self.port = probe.getsockname()[1]

    def socket_of(self, n):
        return os.path.join(self.front, f"{n}.sock")

    def start_instance(self, n):
        if os.path.exists(self.socket_of(n)):
            os.unlink(self.socket_of(n))
        self.instances[n] = subprocess.Popen(
            [CENTRAL, "--root", self.root, "serve", "--listen", "unix:" + self.socket_of(n)],
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        if not wait_for(lambda: os.path.exists(self.socket_of(n))):
            raise AssertionError("an instance did not start")

    def kill_instance(self, n):
        self.instances[n].kill()
        self.instances[n].wait()
        self.instances[n] = None

    def write_configuration(self):
        servers = "\n    ".join(
            f"server unix:{self.socket_of(n)} max_fails=0;"
            for n in range(len(self.instances)))
        with open(CONFIGURATION, encoding="utf-8") as file:
            text = file.read()
        for name, value in (("INSTANCES", servers), ("LISTEN", f"127.0.0.1:{self.port}"),
                            ("CENTRE", self.root), ("RATE", "2000")):
            text = text.replace(f"@{name}@", value)
        site = os.path.join(self.front, "site.conf")
        with open(site, "w", encoding="utf-8") as file:
            file.write(text)
        user = "user root;\n" if os.geteuid() == 0 else ""
        temporary = "".join(
            f"    {kind}_temp_path {self.front}/{kind};\n"
            for kind in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi"))
        main = os.path.join(self.front, "nginx.conf")
        with open(main, "w", encoding="utf-8") as file:
            file.write(f"{user}daemon off;\nworker_processes 1;\npid {self.front}/nginx.pid;\n"
                       f"error_log {self.front}/error.log;\nevents {{ worker_connections 4096; }}\n"
                       f"http {{\n    access_log off;\n{temporary}    include {site};\n}}\n")
        return main

    def start(self):
        os.makedirs(self.front, exist_ok=True)
        for n in range(len(self.instances)):
            self.start_instance(n)
        nginx = shutil.which("nginx", path="/usr/sbin:/usr/bin:/sbin")
        self.nginx = subprocess.Popen([nginx, "-e", os.path.join(self.front, "error.log"), "-c",
                                       self.write_configuration()], stderr=subprocess.DEVNULL)
        if not wait_for(self.answers):
            raise AssertionError("nginx did not start: " + self.errors())
        return self

    def answers(self):
        with socket.socket() as probe:
            return probe.connect_ex(("127.0.0.1", self.port)) == 0

    def errors(self):
        try:
            with open(os.path.join(self.front, "error.log"), encoding="utf-8") as file:
                return file.read()
        except OSError:
            return ""

    def stop(self):
        codes = []
        if self.nginx:
            self.nginx.send_signal(signal.SIGTERM)
            self.nginx.wait(20)
            self.nginx = None
        for n, process in enumerate(self.instances):
            if process:
                process.send_signal(signal.SIGTERM)
                codes.append(process.wait(20))
                self.instances[n] = None
        return max(codes, default=0)

    def kill(self):
        for n, process in enumerate(self.instances):
            if process:
                self.kill_instance(n)
        self.stop()

    def end(self):
        self.stop()
        os.environ.pop("GUICHET_CENTRAL_DATABASE", None)
