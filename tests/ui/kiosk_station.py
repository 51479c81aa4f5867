# SPDX-License-Identifier: EUPL-1.2
"""A station with an open kiosk, and the window of its citizen."""
import json
import os
import pathlib
import subprocess

SOURCE = pathlib.Path(__file__).resolve().parents[2]


class KioskStation:
    def __init__(self, build, folder, idle=60, warn=30):
        self.ctl = build / "app/cli/guichetctl"
        self.root, self.phrase = folder / "station", folder / "pass"
        self.phrase.write_text("une phrase\n", encoding="utf-8")
        (self.root / "policy").mkdir(parents=True)
        self.policy("storage", reserve_bytes=4096, margin_bytes=0)
        self.policy("kiosk", unattended=True, idle_seconds=idle, warn_seconds=warn)
        self.run("station", "init", "borne-1", "--name", "Mairie de Démo",
                 "--procedures", SOURCE / "assets/procedures")
        self.run("station", "agent", "camille", "--cost", "14", "--new-passphrase-file", self.phrase)
        self.run("station", "kiosk", "open", agent=True)

    def policy(self, name, **values):
        policy = json.loads((SOURCE / f"assets/policy/{name}.json").read_text(encoding="utf-8"))
        (self.root / f"policy/{name}.json").write_text(json.dumps(dict(policy, **values)),
                                                       encoding="utf-8")

    def run(self, *arguments, agent=False):
        who = ["--agent", "camille", "--passphrase-file", self.phrase] if agent else []
        command = [self.ctl, "--root", self.root, "--json", *who, *arguments]
        done = subprocess.run([str(part) for part in command], capture_output=True, text=True,
                              check=False, timeout=60)
        if done.returncode != 0:
            raise SystemExit(f"{arguments}: {done.stderr}")
        return json.loads(done.stdout)


def environment(**others):
    """A window's, with criticals fatal."""
    return dict(os.environ, G_DEBUG="fatal-criticals", **others)
