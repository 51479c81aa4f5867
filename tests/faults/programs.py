# SPDX-License-Identifier: EUPL-1.2
"""Every program that writes, each at the place where an office would run it.

A world is a station and its centre, made by the programs themselves, one after the other. In front
of each the world is kept as the template of that program: what the campaigns copy, harm, judge and
run again. What a program has acknowledged (its answer on standard output) is lines for verify.c.
"""
import configparser
import hashlib
import json
import re
import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

import looks
import pair as pairs
from looks import central, ctl
from place import (AGENT, FAULTS, NEW_WORDS, SECOND, SECOND_WORDS, WORDS, Place, call)

SOURCE, BUILD = pairs.SOURCE, pairs.BUILD
SYNCD = BUILD / "sync" / "station" / "guichet-syncd"
PLANS = Path(__file__).resolve().parent / "plan"
FIXTURES = SOURCE / "tests" / "db" / "fixtures"
FIXTURE_AGENT, FIXTURE_WORDS = "agent-1", "une phrase secrète"
FIXTURE_SECRET = "un secret de poste pour l'essai!"
STORAGE_POLICY = {"profile": "politique-stockage/1", "reserve_bytes": 1048576,
                  "margin_bytes": 524288}


class Program:
    """One program at its place.

    effects(place, answer): the lines that hold once it has answered, or has been run again to its
    end (then ANSWER may be None). forgets(place): the beginnings of lines that it may make untrue.
    look(place, sure): faults that verify.c does not see; SURE: by now it must be done.
    """

    def __init__(self, name, command, effects=lambda place, answer: [], *,
                 forgets=lambda place: (), look=None, victim="station", server=False,
                 judged=True, deposits=False, prepare=None, then=None, kept=True, speaks=True,
                 daemon=False, again=None, unfinished=lambda place: False):
        self.name, self.command, self.effects, self.forgets = name, command, effects, forgets
        self.look = look            # or None
        self.victim = victim        # the folder whose calls are storage calls
        self.server = server        # "beside": the centre listens; "itself": it is the program
        self.judged = judged        # is there a station to judge from the start?
        self.deposits = deposits    # at the end everything sealed is at the centre
        self.prepare = prepare      # makes the template out of the world
        self.then = then            # what the world remembers of its answer
        self.kept = kept            # False: run on a copy only
        self.daemon = daemon        # runs until it is told to end
        self.again = again or self  # what goes to the end of the same work
        self.speaks = speaks        # False: no answer; it writes its own acknowledgements
        self.unfinished = unfinished  # is it a state that the station itself refuses until then?
        self.template = None

    def below(self, place):
        return getattr(place, self.victim)


def plan_of(name):
    parser = configparser.ConfigParser(interpolation=None)
    parser.optionxform = str
    parser.read(PLANS / f"{name}.ini", encoding="utf-8")
    return parser


PASSPORT = [f"{field}={value}" for field, value in plan_of("passport")["fields"].items()]
HAND_OVER = [f"{field}={value}" for field, value in plan_of("hand-over")["fields"].items()]
TITLE = "X4RTBPFW4"
GUIDED = ("licence", "lost", "loss")
CODE = "GUICHET1;20261122;passport;contact-by=none;situation=loss;"
CODE += hashlib.sha256(CODE[:-1].encode()).hexdigest()[:8]
OTHER_CASE = [f"{field}={value}" for field, value in plan_of("other-case")["fields"].items()]
FIRST_FIELDS = 3


def remember(**names):
    """A memory: ids[name] = answer[key]."""
    return lambda place, answer: place.ids.update(
        {name: answer[key] for name, key in names.items()})


def field_lines(request, fields):
    return [f"field {request} " + field.replace("=", " ", 1) for field in fields]


def piece_line(name, kind):
    return lambda place, answer: \
        [f"piece {place.ids[name]} {kind} {answer['sha256']}"] if answer else []


def state_line(name, state):
    return lambda place, answer: [f"state {place.ids[name]} {state}"]


def received(place, _):
    return [f"received {place.ids['sent']} {place.ids['bundle']}"]


def work(place, *words, session=True):
    """Part of the world that is not a program of the campaign: it must simply work."""
    done = call(*ctl(place, *words, session=session))
    if done.status != 0:
        raise SystemExit(f"the world cannot be made: {' '.join(map(str, words))}: {done.errors}")
    return done.answer


# --- steps of the world that are not under test ---

def choose_small_reserve(place):
    """An office's own decision, which init keeps: copies stay small."""
    (place.station / "policy").mkdir(parents=True)
    (place.station / "policy" / "storage.json").write_text(json.dumps(STORAGE_POLICY))


def add_other_pieces(place):
    request = place.ids["sent"]
    for kind, files in plan_of("passport")["pieces"].items():
        for name in files.split(";") if kind not in ("proof-of-address", "photo") else []:
            answer = work(place, "request", "attach", request, kind, PLANS / name)
            place.acknowledge([f"piece {request} {kind} {answer['sha256']}"])


def open_others(place):
    """A draft that stays one; another to take a piece from, and to give up."""
    place.ids["waiting"] = work(place, "request", "new", "passport",
                                *PASSPORT[:FIRST_FIELDS])["request"]
    place.ids["given-up"] = work(place, "request", "new", "other-case", *OTHER_CASE)["request"]
    answer = work(place, "request", "attach", place.ids["given-up"], "piece", PLANS / "page-2.jpg")
    place.ids.update(piece=answer["piece"], digest=answer["sha256"])


def copy_store(place):
    """A copy with a draft that is sealed afterwards: restoring has to take the bundle back."""
    request = work(place, "request", "new", "other-case", *OTHER_CASE)["request"]
    work(place, "db", "backup", place.folder / "copy.db", session=False)
    work(place, "request", "seal", request)


def become(fixture):
    """Puts the store of an older release in the place of the station's."""
    def prepare(place):
        for old in place.station.glob("station.db*"):
            old.unlink()
        shutil.rmtree(place.station / "outbox")
        (place.station / "outbox").mkdir()
        secret = place.station / "keys" / "station.secret"
        secret.unlink()
        secret.write_text(FIXTURE_SECRET)
        secret.chmod(0o600)
        with closing(sqlite3.connect(place.station / "station.db")) as store:
            store.executescript((FIXTURES / fixture).read_text())
        place.set_plan(FIXTURE_AGENT, FIXTURE_WORDS, bundles="absent")
        place.acks.write_text("")
        rows = place.rows(place.station / "station.db", "SELECT id, state FROM request")
        place.acknowledge([f"state {request} {state}" for request, state in rows])
    return prepare


def remember_second(place):
    """What renews the keys must leave the colleague his."""
    place.acknowledge([f"agent {SECOND} {SECOND_WORDS}"])


def deposit_parent(place):
    """A request that the centre has, to which others are joined."""
    request = work(place, "request", "new", "other-case", *OTHER_CASE)["request"]
    bundle = work(place, "request", "seal", request)["bundle"]
    place.ids.update(parent=request, deposited=bundle)
    hear(place)


def hear(place):
    """What was sealed goes to the centre, and its word comes."""
    place.serve()
    work(place, "sync", "once", "--force", session=False)
    place.stop()


def say(place, *words):
    if call(*central(place, *words)).status != 0:
        raise SystemExit(f"the centre does not say {words}")
    hear(place)


def send_title(place):
    say(place, "ready", place.ids["deposited"], TITLE, "Le titre est là.")


def book(place):
    say(place, "appointment", "poste-1", "RDV-1", "2031-02-03T09:00:00Z", "passport")


def bring_supplement(place):
    work(place, "request", "attach", place.ids["supplement"], "piece", PLANS / "page-1.jpg")


def fill_hand_over(place):
    work(place, "request", "set", place.ids["hand-over"], *HAND_OVER)
    for kind in ("discharge", "collector-identity"):
        work(place, "request", "impossible", place.ids["hand-over"], kind, "unobtainable")


def allow_kiosk(place):
    policy = json.loads((SOURCE / "assets" / "policy" / "kiosk.json").read_text())
    (place.station / "policy" / "kiosk.json").write_text(json.dumps({**policy, "unattended": True}))


def make_theme(place):
    """What an entitled body would bring: our own colours, and a logo."""
    logo = "<svg xmlns='http://www.w3.org/2000/svg' width='8' height='8'/>"
    manifest = {"profile": "theme/1", "name": "Essai", "licence": "CC0-1.0", "entitled": "Essai",
                "files": {"logo.svg": hashlib.sha256(logo.encode()).hexdigest()}}
    for variant in ("light", "dark"):
        css = (SOURCE / "assets" / "style" / f"palette-{variant}.css").read_text(encoding="utf-8")
        manifest[variant] = dict(re.findall(r"@define-color ([a-z_]+)_color (#[0-9a-f]{6});", css))
    theme = place.folder / "theme"
    theme.mkdir()
    (theme / "logo.svg").write_text(logo)
    (theme / "theme.json").write_text(json.dumps(manifest))


def change_words(place):
    place.set_plan(AGENT, WORDS, other_passphrase=NEW_WORDS)


# --- the table ---

def making():
    return [
        Program("central init", lambda p: central(
            p, "init", "--name", "Centre", "--ip", "127.0.0.1", "--url",
            f"https://127.0.0.1:{p.port}"), look=looks.at_centre, judged=False, victim="centre",
            then=remember(fingerprint="root_fingerprint")),
        choose_small_reserve,
        Program("station init", lambda p: ctl(p, "station", "init", "poste-1", "--procedures",
                                              SOURCE / "assets" / "procedures"),
                look=looks.at_station, judged=False),
        Program("station agent", lambda p: ctl(p, "station", "agent", AGENT, "--cost", "14",
                                               "--new-passphrase-file", p.folder / "pass"),
                lambda p, a: [f"agent {AGENT} {WORDS}"], look=looks.at_station, judged=False),
        Program("central enrol", lambda p: central(p, "enrol", p.station / "enrol", "--name",
                                                   "Guichet 1", "-o", p.folder / "answer"),
                look=looks.at_answer, judged=False, victim="centre"),
        Program("station enrol", lambda p: ctl(p, "station", "enrol", p.folder / "answer",
                                               "--fingerprint", p.ids["fingerprint"]),
                look=looks.at_enrolment),
        Program("the desk's line", lambda p: line(p), server="beside", deposits=True, speaks=False,
                kept=False),
        Program("central serve, all day", lambda p: line(p), victim="centre", server="itself",
                deposits=True, speaks=False, kept=False),
        Program("station agent, a second", lambda p: ctl(
            p, "station", "agent", SECOND, "--cost", "14", "--new-passphrase-file",
            p.folder / "pass-2", session=True), lambda p, a: [f"agent {SECOND} {SECOND_WORDS}"]),
        Program("station device", lambda p: ctl(p, "station", "device", "camera",
                                                f"file:{PLANS / 'photo.jpg'}")),
    ]


def line(place):
    return [FAULTS / "line", place.station, PLANS / "other-case.ini", place.acks]


def drafting():
    return [
        Program("request new", lambda p: ctl(p, "request", "new", "passport",
                                             *PASSPORT[:FIRST_FIELDS], session=True),
                lambda p, a: field_lines(a["request"], PASSPORT[:FIRST_FIELDS]) if a else [],
                then=remember(sent="request")),
        Program("request set", lambda p: ctl(p, "request", "set", p.ids["sent"],
                                             *PASSPORT[FIRST_FIELDS:], session=True),
                lambda p, a: field_lines(p.ids["sent"], PASSPORT[FIRST_FIELDS:])),
        Program("request attach", lambda p: ctl(
            p, "request", "attach", p.ids["sent"], "proof-of-address", PLANS / "page-1.jpg",
            session=True), piece_line("sent", "proof-of-address")),
        Program("request capture", lambda p: ctl(p, "request", "capture", p.ids["sent"], "photo",
                                                 session=True), piece_line("sent", "photo")),
        add_other_pieces,
        Program("request show", lambda p: ctl(p, "request", "show", p.ids["sent"], session=True)),
        open_others,
        Program("request remove", lambda p: ctl(p, "request", "remove", p.ids["given-up"],
                                                p.ids["piece"], session=True),
                lambda p, a: [f"gone {p.ids['given-up']} piece {p.ids['digest']}"]),
        Program("request abandon", lambda p: ctl(p, "request", "abandon", p.ids["given-up"],
                                                 session=True),
                state_line("given-up", "abandoned"),
                forgets=lambda p: (f"gone {p.ids['given-up']}",)),
        Program("request impossible", lambda p: ctl(
            p, "request", "impossible", p.ids["waiting"], "right-index", "temporary",
            session=True)),
    ]


def sending():
    once = Program("guichet-syncd --once", lambda p: [SYNCD, "--root", p.station, "--once"],
                   received, server="beside", deposits=True, speaks=False, kept=False)
    return [
        Program("request seal", lambda p: ctl(p, "request", "seal", p.ids["sent"], session=True),
                lambda p, a: [f"sealed {p.ids['sent']}" + (f" {a['bundle']}" if a else "")],
                then=remember(bundle="bundle")),
        Program("request slip", lambda p: ctl(p, "request", "slip", p.ids["sent"], "-o",
                                              p.out / "slip.pdf"),
                look=looks.at_file("slip.pdf", looks.is_pdf), victim="folder"),
        once,
        Program("guichet-syncd", lambda p: [SYNCD, "--root", p.station, "--interval", "1",
                                            "--spread", "0"],
                received, server="beside", deposits=True, speaks=False, kept=False, daemon=True,
                again=once),
        Program("central serve", lambda p: ctl(p, "sync", "once", "--force"), received,
                victim="centre", server="itself", deposits=True, kept=False),
        Program("sync once", lambda p: ctl(p, "sync", "once", "--force"), received,
                server="beside", deposits=True),
        Program("request receipt", lambda p: ctl(p, "request", "receipt", p.ids["sent"], "-o",
                                                 p.out / "receipt.p7m"),
                look=looks.at_file("receipt.p7m", looks.is_receipt), victim="folder"),
        Program("central open", lambda p: central(p, "open", p.ids["bundle"], "-o",
                                                  p.out / "opened"),
                look=looks.at_opened, victim="folder", kept=False),
        Program("central answer", lambda p: central(p, "answer", p.ids["bundle"], "in-progress",
                                                    "La demande est à l’étude."),
                look=looks.at_feed(1), victim="centre"),
        Program("sync once, the feed", lambda p: ctl(p, "sync", "once", "--force"),
                state_line("sent", "in-progress"), server="beside", deposits=True),
    ]


def keeping():
    return [
        Program("db backup", lambda p: ctl(p, "db", "backup", p.out / "backup.db"),
                look=looks.at_file("backup.db", looks.is_store), victim="folder"),
        Program("db check", lambda p: ctl(p, "db", "check")),
        Program("audit verify", lambda p: ctl(p, "audit", "verify")),
        Program("station upkeep", lambda p: ctl(p, "station", "upkeep")),
        Program("device capture", lambda p: ctl(p, "device", "capture",
                                                f"file:{PLANS / 'photo.jpg'}", "-o",
                                                p.out / "picture"),
                look=looks.at_file("picture", looks.is_picture), victim="folder"),
        remember_second,
        Program("station role", lambda p: ctl(p, "station", "role", SECOND, "mediator",
                                              session=True), look=looks.at_role(SECOND)),
        Program("station rekey", lambda p: ctl(p, "station", "rekey", session=True)),
        Program("station passphrase", lambda p: ctl(
            p, "station", "passphrase", "--cost", "14", "--new-passphrase-file",
            p.folder / "pass-new", session=True),
            lambda p, a: [f"agent {AGENT} {NEW_WORDS}", f"closed {AGENT} {WORDS}"],
            forgets=lambda p: (f"agent {AGENT}",), prepare=change_words, kept=False),
        Program("station agent-revoke", lambda p: ctl(p, "station", "agent-revoke", SECOND,
                                                      session=True),
                lambda p, a: [f"closed {SECOND} {SECOND_WORDS}"],
                forgets=lambda p: (f"agent {SECOND}",)),
        copy_store,
        Program("db restore", lambda p: ctl(p, "db", "restore", p.folder / "copy.db"),
                look=looks.at_unfinished, unfinished=looks.is_unfinished),
        Program("request erase", lambda p: ctl(p, "request", "erase", p.ids["sent"], session=True),
                state_line("sent", "erased"), forgets=lambda p: (f"state {p.ids['sent']}",)),
        *(Program(f"migration of {fixture.stem}", lambda p: ctl(p, "db", "check"),
                  prepare=become(fixture.name), kept=False)
          for fixture in sorted(FIXTURES.glob("station-v*.sql"))),
    ]


def joining():
    """What the centre asks, and the requests that answer it."""
    return [
        deposit_parent,
        Program("central ask", lambda p: central(p, "ask", p.ids["deposited"], "piece",
                                                 "La page est floue."),
                look=looks.at_feed(2), victim="centre"),
        hear,
        Program("request supplement", lambda p: ctl(p, "request", "supplement", p.ids["parent"],
                                                    session=True),
                lambda p, a: [f"state {a['request']} draft"] if a else [],
                look=looks.has_one_draft, then=remember(supplement="request")),
        bring_supplement,
        Program("request seal, a supplement", lambda p: ctl(
            p, "request", "seal", p.ids["supplement"], session=True),
            lambda p, a: [f"sealed {p.ids['supplement']}",
                          f"state {p.ids['parent']} supplement-sealed"],
            forgets=lambda p: (f"state {p.ids['parent']}", f"state {p.ids['supplement']}")),
        send_title,
        Program("request handover", lambda p: ctl(p, "request", "handover", p.ids["parent"],
                                                  "--title", TITLE, session=True),
                lambda p, a: [f"state {a['request']} draft",
                              f"field {a['request']} title-number {TITLE}"] if a else [],
                look=looks.has_one_draft, forgets=lambda p: (f"state {p.ids['parent']}",),
                then=remember(**{"hand-over": "request"})),
        fill_hand_over,
        Program("request seal, a hand-over", lambda p: ctl(
            p, "request", "seal", p.ids["hand-over"], session=True),
            lambda p, a: [f"sealed {p.ids['hand-over']}", f"state {p.ids['parent']} handed-over"],
            forgets=lambda p: (f"state {p.ids['parent']}", f"state {p.ids['hand-over']}")),
        book,
        Program("day mark", lambda p: ctl(p, "day", "mark", "RDV-1", "arrived"),
                look=looks.at_appointment),
    ]


def alone():
    """The guided path and the kiosk, where a citizen is alone; what a technician installs."""
    def citizen(place, *words):
        return ctl(place, "--role", "citizen", "kiosk", *words)
    return [
        Program("request new, from a code", lambda p: ctl(p, "request", "new", "--from-code", CODE,
                                                          session=True),
                lambda p, a: field_lines(a["request"], ["situation=loss"]) if a else []),
        Program("procedure guide", lambda p: ctl(p, "procedure", "guide", *GUIDED, "-o",
                                                 p.out / "sheet.pdf"),
                look=looks.at_file("sheet.pdf", looks.is_pdf), victim="folder"),
        allow_kiosk,
        Program("station kiosk open", lambda p: ctl(p, "station", "kiosk", "open", session=True),
                look=looks.at_kiosk(True)),
        Program("kiosk begin", lambda p: citizen(p, "begin", "passport"),
                lambda p, a: [f"state {a['request']} draft"] if a else [],
                look=looks.at_kiosk(True), then=remember(alone="request", ticket="ticket")),
        Program("kiosk resume", lambda p: citizen(p, "resume", p.ids["ticket"],
                                                  *PASSPORT[:FIRST_FIELDS]),
                lambda p, a: field_lines(p.ids["alone"], PASSPORT[:FIRST_FIELDS])),
        Program("request ticket", lambda p: ctl(p, "request", "ticket", p.ids["ticket"],
                                                session=True),
                lambda p, a: [f"state {p.ids['alone']} draft"]),
        Program("kiosk erase", lambda p: citizen(p, "erase", p.ids["ticket"]),
                state_line("alone", "abandoned"),
                forgets=lambda p: (f"state {p.ids['alone']}", f"field {p.ids['alone']}")),
        Program("station kiosk close", lambda p: ctl(p, "station", "kiosk", "close"),
                look=looks.at_kiosk(False)),
        make_theme,
        Program("theme install", lambda p: ctl(p, "theme", "install", p.folder / "theme"),
                look=looks.at_theme),
    ]


def build(folder, port):
    """Makes the world in FOLDER; the programs, each with its template."""
    world = Place.make(folder / "world", port)
    programs = []
    for step in [*making(), *drafting(), *sending(), *joining(), *alone(), *keeping()]:
        if not isinstance(step, Program):
            step(world)
            continue
        programs.append(step)
        step.template = world.take(folder / f"template-{len(programs)}")
        step.template.ids = dict(world.ids)
        if step.prepare:
            step.prepare(step.template)
        step.template.forget(step.forgets(step.template))
        if step.kept:
            advance(world, step)
    return programs


def advance(world, program):
    if program.server:
        world.serve()
    done = call(*program.command(world))
    world.stop()
    if done.status != 0:
        raise SystemExit(f"{program.name} does not work: {done.errors}")
    if program.then:
        program.then(world, done.answer)
    world.forget(program.forgets(world))
    # an agent's log-in is dear: its line stays with the program that is about it
    world.acknowledge(line for line in program.effects(world, done.answer)
                      if not line.startswith(("agent ", "closed ")))

