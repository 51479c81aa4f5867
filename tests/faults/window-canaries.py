#!/usr/bin/python3
# SPDX-License-Identifier: EUPL-1.2
"""window-canaries.py RESULTS: what a citizen's visit leaves in and around the real window.

The window of a station is driven as a person would: a passport request with made-up words, a photo
and pages of noise; some of it is copied to the clipboard; sealed, sent, locked. At each stage the
living window, its children, the clipboard and what the window and the toolkit have written are
searched. Run by window.sh. Prints TAP into RESULTS.
"""
import importlib.util
import os
import random
import subprocess
import sys
import tempfile
import time
from pathlib import Path

sys.dont_write_bytecode = True
HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE), str(HERE.parent / "ui"), str(HERE.parent / "demo")]
os.environ.pop("G_DEBUG", None)  # of the harness: the window gets its own

import gi  # noqa: E402

gi.require_version("GdkPixbuf", "2.0")
from gi.repository import GdkPixbuf, GLib  # noqa: E402

import accessible_window as driver  # noqa: E402
import demo as house  # noqa: E402
import traces  # noqa: E402

PICTURE_SIDE = 480  # app/ui/draft.h
SETTLING_S = 2  # what runs on after the screen has changed
SHOWN = 8
STARTED = time.time()


def load(name, path):
    spec = importlib.util.spec_from_file_location(name, path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


flow = load("test_passport", HERE.parent / "ui" / "test-passport.py")


def write_noise(path, seed, width, height):
    """PNM, or PNG where the name says so."""
    data = random.Random(seed).randbytes(width * height * 3)
    pnm = b"P6\n%d %d\n255\n" % (width, height) + data
    if path.suffix == ".ppm":
        path.write_bytes(pnm)
        return
    loader = GdkPixbuf.PixbufLoader()
    loader.write_bytes(GLib.Bytes.new(pnm))
    loader.close()
    loader.get_pixbuf().savev(str(path), "png", [], [])


def small_pixels(path):
    """The pixels of the small picture that the window shows of a file."""
    loader = GdkPixbuf.PixbufLoader()

    def on_size(loader, width, height):
        scale = PICTURE_SIDE / max(width, height)
        loader.set_size(max(1, int(width * scale)), max(1, int(height * scale)))

    loader.connect("size-prepared", on_size)
    loader.write_bytes(GLib.Bytes.new(path.read_bytes()))
    loader.close()
    return loader.get_pixbuf().read_pixel_bytes().get_data()


class Visit(flow.Passport):
    """The flow of ui-passport with canaries in it."""

    def __init__(self, build, folder):
        self.harness = folder / "harness"
        (folder / "desk").mkdir()
        self.harness.mkdir()
        super().__init__(build, folder / "desk")
        dice = random.Random(os.urandom(16))
        self.words = {name: traces.word(dice) for name in
                      ("passphrase", "surname", "first-name", "parent", "address")}
        house.PASSPHRASE = "cheval " + self.words["passphrase"]
        flow.FORMS = self.forms()
        self.search = self.syncd = None

    def forms(self):
        words = self.words
        swap = {"exemple": words["surname"], "Camille, Jeanne": words["first-name"],
                "Paul": words["parent"], "12 rue des Essais": "12 rue " + words["address"]}
        return [(step, [(*answer[:2], swap.get(answer[2], answer[2])) for answer in answers])
                for step, answers in flow.FORMS]

    def look(self, name):
        """Pictures are ui-passport's."""

    def prepare(self):
        """Devices that give the same noise each time, and what it looks like as a piece."""
        write_noise(self.harness / "photo.png", 1, 720, 900)
        write_noise(self.harness / "page.ppm", 2, 500, 700)
        self.demo.enrol()
        devices = {"photo": ("camera", f"file:{self.harness}/photo.png"),
                   "page": ("scanner", f"sane:pnm:0#filename={self.harness}/page.ppm")}
        needles = {name: traces.text_needles([text[:8], text[8:]])
                   for name, text in self.words.items()}
        for name, (family, device) in devices.items():
            file = self.harness / f"{name}.jpg"
            self.demo.ctl("station", "device", family, device)
            self.demo.ctl("device", "capture", device, "-o", file)
            needles[name] = traces.sample_needles(file.read_bytes()[1000:])
            needles[name + "-pixels"] = traces.sample_needles(small_pixels(file))
        self.search = traces.Search(needles, self.harness / "needles")
        self.syncd = subprocess.Popen(
            [self.demo.syncd, "--root", self.demo.station, "--interval", "2", "--spread", "0"],
            env=self.demo.environment, stderr=subprocess.DEVNULL)

    def stop(self):
        self.demo.stop_centre()
        if self.syncd is not None:
            self.syncd.terminate()
            self.syncd.wait(20)

    # --- the visit ---

    def type_passphrase(self):
        window = self.log_in()
        window.type("amelie")
        window.tab_to("Phrase de passe")
        window.type(house.PASSPHRASE)

    def enter(self):
        self.window.press("Return")
        self.window.wait_for("Nouvelle demande (F2)", "push button")

    def fill(self):
        self.new_request()
        self.fill_forms()
        self.scan_pages()
        self.take_photo()
        self.take_first_print()
        self.take_second_print()
        self.window.wait_for(
            "Le dossier est complet. Relisez-le avec la personne, puis scellez-le.")

    def copy_surname(self):
        """Ctrl+C on the civil status, Ctrl+V over the first names, then back to the end. Returns
        what the second field holds, and what the session's clipboard was given."""
        window = self.window
        window.press(*["alt+Left"] * 7)
        window.wait_for("Étape 2 sur 9", "label")
        window.tab_to("Nom de naissance")
        window.press("ctrl+a", "ctrl+c")
        window.tab_to("Prénoms")
        window.press("ctrl+a", "ctrl+v")
        pasted = window.text_of("Prénoms")
        given = self.clipboard("clipboard")
        window.press(*["ctrl+Return"] * 7)
        window.wait_for(
            "Le dossier est complet. Relisez-le avec la personne, puis scellez-le.")
        return pasted, given

    def deposit(self):
        self.window.press("ctrl+Return")
        self.window.wait_for("Demande déposée", "heading", 60)
        time.sleep(SETTLING_S)

    def leave(self):
        self.window.press("Escape")
        self.window.wait_for("Nouvelle demande (F2)", "push button")
        self.window.wait_for("Reçues par le centre", "heading", 60)
        time.sleep(SETTLING_S)

    def lock(self):
        window = self.window
        window.tab_to("Verrouiller", "shift+Tab")
        window.press("space")
        window.wait(lambda: window.focused()[1] == "Phrase de passe", "the login page")
        time.sleep(SETTLING_S)

    # --- searching ---

    def memory(self):
        """({word: hits}, where) in the window and its children."""
        return self.search.in_memory(*traces.children(self.window.process.pid))

    def clipboard(self, *selections):
        found = {}
        for selection in selections or ("clipboard", "primary"):
            got = subprocess.run(["timeout", "2", "xclip", "-o", "-selection", selection],
                                 stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, check=False)
            for name, hits in self.search.count(got.stdout).items():
                found[f"{selection}: {name}"] = hits
        return found

    def files(self, *without):
        """In all that the station, the window and the toolkit may have written."""
        own = [self.harness, self.demo.run_folder / "passphrase", *without,
               *Path("/dev/shm").glob("guichet-*")]  # other campaigns: gigabytes of their disks
        folders = [self.demo.run_folder, os.environ["TMPDIR"], os.environ["HOME"],
                   os.environ["XDG_RUNTIME_DIR"], "/dev/shm"]
        return self.search.in_files(*folders, without=own, since=STARTED)


def describe(found):
    return ", ".join(f"{name} × {hits}" for name, hits in sorted(found.items())) or "nothing"


class Report:
    def __init__(self, file):
        self.file, self.number, self.good = file, 0, True

    def line(self, good, name, *details):
        self.number += 1
        self.good &= bool(good)
        print(f"{'ok' if good else 'not ok'} {self.number} - {name}", file=self.file)
        for detail in () if good else details:
            print(f"# {detail}", file=self.file)

    def clean(self, visit, stage):
        """Neither the memory nor the clipboard knows anything of the visit."""
        found, where = visit.memory()
        copied = visit.clipboard()
        children = traces.children(visit.window.process.pid)[1:]
        self.line(not found and not copied and not children,
                  f"{stage}: nothing stays in the living window, its children, the clipboard",
                  f"memory: {describe(found)}; clipboard: {describe(copied)}; "
                  f"children: {children}", *where[:SHOWN])


def run(visit, report):
    visit.prepare()
    captured = [visit.search.in_file(str(visit.harness / f"{name}.jpg"), 0)
                for name in ("photo", "page")]
    report.line(all(captured), "control: captured files are found", *map(str, captured))
    visit.type_passphrase()
    found, _ = visit.memory()
    report.line(found["passphrase"], "control: a typed passphrase is found in memory")
    visit.enter()
    report.clean(visit, "logged in")
    visit.fill()
    found, _ = visit.memory()
    missed = {*visit.words, "photo-pixels", "page-pixels"} - {*found, "passphrase"}
    report.line(not missed, f"control: an open draft is found in memory ({describe(found)})",
                f"not found: {missed}")
    pasted, given = visit.copy_surname()
    report.line(pasted.lower() == visit.words["surname"] and not given,
                "copied from field to field, without the session's clipboard",
                pasted, str(given))
    visit.deposit()
    report.clean(visit, "sealed")
    visit.leave()
    report.clean(visit, "sent and left")
    found, where = visit.search.in_memory(visit.syncd.pid)
    report.line(not found, "nothing was ever in the memory of guichet-syncd", *where[:SHOWN])
    visit.lock()
    report.clean(visit, "locked")
    said = visit.window.kill().encode()
    left = visit.files()
    report.line(not left and not visit.search.count(said),
                "no file, log, cache or list of recent files holds anything", *left, said)
    for selection in ("clipboard", "primary"):
        subprocess.run(["xclip", "-i", "-selection", selection], check=True, text=True,
                       input=visit.words["surname"], stdout=subprocess.DEVNULL)
    report.line(len(visit.clipboard()) == 2, "control: words in clipboard and selection are found")
    planted = Path(os.environ["HOME"]) / ".local" / "share" / "recently-used.xbel"
    planted.parent.mkdir(parents=True, exist_ok=True)
    planted.write_text(f"<bookmark href='{visit.words['surname']}.pdf'/>", encoding="utf-8")
    report.line(visit.files(), "control: a name in the list of recent files is found")


def main():
    report = Report(open(sys.argv[1], "w", encoding="utf-8", buffering=1))
    with tempfile.TemporaryDirectory(prefix="guichet-window-") as folder:
        folder = Path(folder)
        (folder / "tmp").mkdir()
        os.environ["TMPDIR"] = str(folder / "tmp")
        visit = Visit(Path(os.environ["GUICHET_BUILD"]), folder)
        try:
            run(visit, report)
        except (driver.Failure, SystemExit) as failure:
            report.line(False, "the visit stopped", *str(failure).splitlines())
        finally:
            visit.stop()
            if visit.window.process is not None:
                visit.window.kill()
        print(f"1..{report.number}", file=report.file)
        print(f"# window-canaries: {'nothing' if report.good else 'something'} stays; "
              f"{round(time.time() - STARTED)} s", file=report.file)
    return 0 if report.good else 1


if __name__ == "__main__":
    sys.exit(main())
