#!/usr/bin/python3
# SPDX-License-Identifier: EUPL-1.2
"""A citizen begins at the kiosk, walks away, and comes back with the ticket; the window is killed in
mid-form and is home again, with what was typed.

usage: test-citizen.py BUILD RESULTS PICTURES. By keyboard alone; pictures in build/screenshots."""
import pathlib
import re
import signal
import subprocess
import sys
import tempfile
import time

sys.path.insert(0, str(pathlib.Path(__file__).parent))

import accessible_window as driver  # noqa: E402
import kiosk_station as kiosk  # noqa: E402

HOME_WITHIN_S = 3.0
SECRET = "Dubois"


class Citizen:
    def __init__(self, build, folder, prefix):
        self.station = kiosk.KioskStation(build, folder, idle=40, warn=30)
        voice = folder / "bin"
        voice.mkdir()
        self.said = folder / "said"
        for name in ("spd-say", "espeak-ng"):
            (voice / name).write_text(f"#!/bin/sh\ncat >>'{self.said}'\n", encoding="utf-8")
            (voice / name).chmod(0o755)
        environment = kiosk.environment()
        environment["PATH"] = f"{voice}:{environment['PATH']}"
        self.window = driver.Window(build / "app/ui/guichet", self.station.root, environment,
                                    build / "screenshots")
        self.window.command += ["--role", "citizen"]
        self.prefix, self.count, self.faults = prefix, 0, []

    def ok(self, sentence):
        self.count += 1
        print(f"ok {self.count} - {sentence}", flush=True)

    def look(self, name):
        self.window.picture(f"{self.prefix}-{name}")
        self.faults += self.window.audit(name)

    def ticket(self):
        node = self.window.wait(lambda: next(
            (n for n in self.window.nodes()
             if re.fullmatch(r"\d{3} \d{3} \d{3} \d{3}", driver.called(n))), None), "the ticket")
        return driver.called(node)

    def question(self):
        """The number of the question that is shown."""
        for node in self.window.nodes():
            found = re.fullmatch(r"Question (\d+) sur \d+", driver.called(node))
            if found:
                return int(found[1])
        return 0

    def on(self, number):
        self.window.wait(lambda: self.question() == number, f"question {number}")

    def press_button(self, name):
        self.window.tab_to(name)
        self.window.press("Return")

    def begin(self):
        window = self.window
        window.start()
        window.wait_for("Bonjour.", "heading")
        self.look("1-welcome")
        window.press("Return")
        window.wait_for("Que demandez-vous ?", "heading")
        self.look("2-choice")
        self.press_button("Autre chose, ou je ne sais pas")
        window.wait_for("Voici votre numéro de ticket.", "heading")
        self.look("3-ticket")
        self.number = self.ticket()
        self.ok("a ticket comes before the first question")

    def answer(self):
        window = self.window
        window.tab_to("Continuer")
        window.press("Return")
        self.on(1)
        window.press("F1")
        self.look("4-question")
        window.type("Une carte grise")
        time.sleep(1.2)
        self.look("5-typed")
        spoken = window.wait(lambda: self.said.exists() and self.said.read_text(), "the voice")
        if "?" not in spoken:
            raise driver.Failure(f"the voice said « {spoken} »")
        self.ok("the question is read aloud, in a process of its own")

    def typed(self):
        """What stands in the answer that is shown."""
        for node in self.window.nodes():
            if node.get_role_name() == "text" and driver.has_extents(node):
                return self.window.text_of(driver.called(node))
        return ""

    def speak(self):
        for code, language, asked in (("en", "English", "What do you need?"),
                                      ("ar", "العربية", "ماذا تحتاج؟"),
                                      ("fr", "Français", "De quoi avez-vous besoin ?")):
            self.press_button(language)
            self.window.wait_for(asked, "heading")
            self.window.wait(lambda: "carte grise" in (self.typed() or ""), f"« {language} » to keep")
            self.look(f"5-typed-{code}")
        self.ok("another language in mid-question loses nothing that was typed")

    def walk_away(self):
        window = self.window
        window.wait_for("Êtes-vous là ?", seconds=60)
        self.look("6-idle")
        window.press("Shift_L")
        window.wait(lambda: window.find("Êtes-vous là ?") is None, "the warning to go")
        self.ok("one key takes the warning away")
        window.wait_for("Bonjour.", "heading", seconds=90)
        self.look("7-gone")
        for node in window.nodes():
            if "carte grise" in driver.called(node):
                raise driver.Failure("the next person reads the last one's answer")
        self.ok("nobody there: the screen is empty again")

    def come_back(self):
        window = self.window
        self.press_button("J’ai déjà un ticket : je continue")
        window.wait_for("Quel est votre numéro de ticket ?", "heading")
        window.type("123 123 123 123")
        window.press("Return")
        window.wait_for("Un chiffre n’est pas le bon.…")
        self.look("8-slip")
        for _ in range(15):
            window.press("BackSpace")
        window.type(self.number)
        window.press("Return")
        window.wait_for("Est-ce que tout est juste ?", "heading")
        self.press_button("Changer : …")
        self.on(1)
        self.ok("the ticket leads back to what was answered")

    def crash(self):
        window = self.window
        number = self.question()
        window.type(SECRET)
        time.sleep(1.5)
        window.process.send_signal(signal.SIGSEGV)
        window.process.wait()
        window.process = None
        began = time.monotonic()
        window.start()  # as Restart=always of packaging/kiosk does
        window.wait_for("Bonjour.", "heading", seconds=30)
        took = time.monotonic() - began
        print(f"# killed by SIGSEGV at question {number}: home again in {took:.2f} s")
        if took > HOME_WITHIN_S:
            raise driver.Failure(f"{took:.1f} s from the crash to the home page, "
                                 f"{HOME_WITHIN_S} allowed")
        found = self.station.run("request", "ticket", self.number, agent=True)["request"]
        shown = self.station.run("request", "show", found, agent=True)
        if SECRET.upper() not in str(shown).upper() or "carte grise" not in str(shown):
            raise driver.Failure(f"typed, and lost in the crash: {shown}")
        self.ok(f"killed in mid-form: home within {HOME_WITHIN_S:.0f} s, nothing lost")

    def finish(self):
        window = self.window
        self.press_button("J’ai déjà un ticket : je continue")
        window.wait_for("Quel est votre numéro de ticket ?", "heading")
        window.type(self.number)
        window.press("Return")
        for _ in range(40):
            window.wait(lambda: self.question() or window.find("Apportez ces papiers à l’agent.")
                        or window.find("Est-ce que tout est juste ?"), "the next screen")
            if not self.question():
                break
            before = self.question()
            self.press_button("Je ne sais pas")
            window.wait(lambda: self.question() != before, "the next question")
        if window.find("Apportez ces papiers à l’agent."):
            self.look("9-papers")
            self.press_button("Continuer")
        window.wait_for("Est-ce que tout est juste ?", "heading")
        self.look("10-review")
        self.press_button("Oui, c’est juste")
        window.wait_for("C’est fini. Votre demande est gardée ici.", "heading")
        self.look("11-done")
        self.press_button("العربية")
        window.wait_for("انتهى الأمر. طلبك محفوظ هنا.", "heading")
        self.look("12-done-ar")
        self.press_button("انتهيت")
        window.wait_for("Bonjour.", "heading")
        self.ok("the citizen finishes in Arabic, and leaves an empty screen that speaks French")

    def run(self):
        self.begin()
        self.answer()
        self.speak()
        self.walk_away()
        self.come_back()
        self.crash()
        self.finish()
        for fault in self.faults:
            print(f"# {fault}")
        if self.faults:
            raise driver.Failure(f"{len(self.faults)} faults of names and roles")
        self.ok("every control has a name and a role")
        self.window.kill()


def main():
    build = pathlib.Path(sys.argv[1]).resolve()
    sys.stdout = open(sys.argv[2], "w", encoding="utf-8", buffering=1)
    with tempfile.TemporaryDirectory(prefix="guichet-citizen-") as folder:
        citizen = Citizen(build, pathlib.Path(folder), sys.argv[3])
        try:
            citizen.run()
        except (driver.Failure, SystemExit, subprocess.SubprocessError) as failure:
            for line in str(failure).splitlines():
                print(f"# {line}")
            print("not ok - the flow stopped here")
            return 1
        finally:
            if citizen.window.process is not None:
                print("# " + citizen.window.kill().replace("\n", "\n# "))
        print(f"1..{citizen.count}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
