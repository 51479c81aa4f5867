# SPDX-License-Identifier: EUPL-1.2
"""The window of the demonstration station: pictures of it on a virtual display, and, where there
is a real one, the window itself until it is closed."""
import os
import subprocess
import time

SIZE = "1280x800x24"


class VirtualDisplay:
    """Xvfb on a display number that it chooses itself."""

    def __enter__(self):
        read_end, write_end = os.pipe()
        self.server = subprocess.Popen(
            ["Xvfb", "-displayfd", str(write_end), "-screen", "0", SIZE, "-nolisten", "tcp"],
            pass_fds=[write_end], stderr=subprocess.DEVNULL)
        os.close(write_end)
        with os.fdopen(read_end) as pipe:
            self.name = ":" + pipe.readline().strip()
        return self.name

    def __exit__(self, *_):
        self.server.terminate()
        self.server.wait()


def start(demo, **environment):
    log = open(demo.run_folder / "window.log", "ab")
    return subprocess.Popen([demo.build / "app/ui/guichet", "--root", demo.station], stdout=log,
                            stderr=log, stdin=subprocess.DEVNULL,
                            env=dict(demo.environment, **environment))


def show(demo):
    """Logs in by keyboard on a virtual display; returns the pictures."""
    folder = demo.run_folder / "screens"
    folder.mkdir()
    pictures = []
    with VirtualDisplay() as display:
        environment = {"DISPLAY": display, "GDK_BACKEND": "x11", "GSK_RENDERER": "cairo",
                       "GTK_A11Y": "none"}

        def run(*command):
            subprocess.run(command, env=dict(demo.environment, **environment), check=True,
                           timeout=60, stdout=subprocess.DEVNULL)

        def picture(name):
            path = folder / f"{name}.png"
            run("import", "-window", "root", str(path))
            pictures.append(path)

        with demo.step("fenêtre ouverte sur un écran virtuel"):
            window = start(demo, **environment)
            run("xdotool", "search", "--sync", "--onlyvisible", "--name", "Guichet")
        time.sleep(1.5)
        picture("1-connexion")
        from demo import AGENT, PASSPHRASE
        run("xdotool", "type", AGENT)
        run("xdotool", "key", "Tab")
        run("xdotool", "type", PASSPHRASE)
        run("xdotool", "key", "Return")
        time.sleep(3)
        picture("2-journee")
        for keys, name in ((("F2",), "3-nouvelle-demande"), (("Escape", "F4"), "4-envois"),
                           (("Tab", "Return"), "5-demande-deposee")):
            for key in keys:
                run("xdotool", "key", key)
                time.sleep(1)
            picture(name)
        if window.poll() is not None:
            raise SystemExit(f"demo: the window ended ({window.returncode}); see "
                             f"{demo.run_folder}/window.log")
        window.terminate()
        window.wait(20)
    return pictures


def leave_open(demo):
    """With a display: the window, with a synchronisation service beside it, until it is closed."""
    if not (os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY")):
        return
    from demo import AGENT, PASSPHRASE
    print(f"\nLa fenêtre est ouverte : agent « {AGENT} », phrase de passe « {PASSPHRASE} ».")
    syncd = subprocess.Popen([demo.syncd, "--root", demo.station, "--interval", "5"],
                             env=demo.environment)
    try:
        start(demo).wait()
    finally:
        syncd.terminate()
        syncd.wait(20)
