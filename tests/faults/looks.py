# SPDX-License-Identifier: EUPL-1.2
"""What verify.c does not see of a program's work: files, the centre, a station in the making.

Each look is (place, sure) → faults; SURE: by now the work must be done.
"""
import pair as pairs
from place import AGENT, call

CTL = pairs.BUILD / "app" / "cli" / "guichetctl"


def ctl(place, *words, session=False):
    who = ["--agent", AGENT, "--passphrase-file", place.folder / "pass"] if session else []
    return [CTL, "--root", place.station, "--json", *who, *words]


def central(place, *words):
    return [pairs.CENTRAL, "--root", place.centre, "--json", *words]


# --- files ---

def at_file(name, is_whole):
    def look(place, sure):
        path = place.out / name
        if not path.exists():
            return [f"LOST: {name} is not there"] if sure else []
        return [] if is_whole(place, path) else [f"half: {name} is not whole"]
    return look


def is_pdf(_, path):
    content = path.read_bytes()
    return content.startswith(b"%PDF") and content.rstrip().endswith(b"%%EOF")


def is_receipt(place, path):
    stored = place.rows(place.station / "station.db",
                        f"SELECT receipt FROM outbox WHERE sha256 = '{place.ids['bundle']}'")
    return stored and stored[0][0] == path.read_bytes()


def is_store(place, path):
    requests = "SELECT id, state FROM request ORDER BY id"
    return place.rows(path, "PRAGMA integrity_check") == [("ok",)] and \
        place.rows(path, requests) == place.rows(place.station / "station.db", requests)


def is_picture(_, path):
    content = path.read_bytes()
    return content.startswith(b"\xff\xd8") and content.endswith(b"\xff\xd9") or \
        content.startswith(b"\x89PNG") and b"IEND" in content[-12:]


# --- the station ---

def at_station(place, sure):
    """A station is there, whole, or it is not there at all."""
    done = call(*ctl(place, "station", "status"))
    there = (place.station / "station.json").exists()
    if sure and not there:
        return ["LOST: no station"]
    return done.faults + ([f"half: {done.errors}"] if there and done.status != 0 else [])


def at_enrolment(place, sure):
    done = call(*ctl(place, "station", "status"))
    enrolled = done.answer and done.answer["enrolled"]
    return done.faults + (["LOST: not enrolled"] if sure and not enrolled else [])


def is_unfinished(place):
    """Between the two renames of a restoring there is no store."""
    return not (place.station / "station.db").exists()


def at_unfinished(place, sure):
    """Then nobody may be let in, and nothing may be made in its place."""
    if not is_unfinished(place):
        return []
    done = call(*ctl(place, "station", "status"))
    if sure or done.status != 1 or not is_unfinished(place):
        return ["LOST: the store is not there"]
    return done.faults


def has_one_draft(place, sure):
    """However often it is asked for, one open draft joins the parent."""
    count = place.rows(place.station / "station.db",
                       f"SELECT count(*) FROM request WHERE parent = '{place.ids['parent']}' "
                       "AND state = 'draft'")[0][0]
    return [f"{count} joining drafts"] if count > 1 or (sure and count == 0) else []


def at_appointment(place, sure):
    state = place.rows(place.station / "station.db", "SELECT state FROM appointment")
    wanted = [[("arrived",)]] if sure else [[("arrived",)], [("booked",)]]
    return [] if state in wanted else [f"LOST: the appointment is {state}"]


def at_kiosk(is_open):
    def look(place, sure):
        done = call(*ctl(place, "station", "status"))
        said = done.answer and done.answer["kiosk_open"]
        return done.faults + ([f"LOST: the kiosk is open: {said}"] if sure and said != is_open
                              else [])
    return look


def at_role(agent):
    def look(place, sure):
        role = place.rows(place.station / "station.db",
                          f"SELECT role FROM agent WHERE name = '{agent}'")
        return [] if role == [("mediator",)] or (role == [("agent",)] and not sure) \
            else [f"LOST: the role is {role}"]
    return look


def at_theme(place, sure):
    """Installed whole, or not at all."""
    theme = place.station / "theme"
    if not (theme / "theme.json").exists():
        return ["LOST: no theme"] if sure else []
    done = call(*ctl(place, "theme", "check", theme))
    return [] if done.status == 0 else [f"half: {done.errors}"]


# --- the centre ---

def at_centre(place, sure):
    if not (place.centre / "centre.json").exists():
        return ["LOST: no centre"] if sure else []
    done = call(*central(place, "status"))
    if done.status != 0:
        return [f"half: the centre does not open: {done.errors}"]
    depot = place.centre / "depot.db"
    holes = place.rows(depot, "SELECT station, count(*), max(number) FROM feed GROUP BY station "
                              "HAVING count(*) <> max(number)")
    said = place.rows(depot, "PRAGMA integrity_check")
    return ([] if said == [("ok",)] else [f"centre: {said}"]) + \
        [f"centre: a hole in the feed: {row}" for row in holes]


def at_answer(place, sure):
    """The answer that the centre gave makes a station out of the one that asked."""
    if not sure:
        return at_centre(place, False)
    done = call(*ctl(place, "station", "enrol", place.folder / "answer", "--fingerprint",
                     place.ids["fingerprint"]))
    return at_centre(place, True) + \
        ([f"LOST: the station refuses the answer: {done.errors}"] if done.status else [])


def at_feed(messages):
    def look(place, sure):
        count = place.rows(place.centre / "depot.db", "SELECT count(*) FROM feed")[0][0]
        return at_centre(place, sure) + \
            (["LOST: the message is not in the feed"] if sure and count < messages else [])
    return look


def at_opened(place, sure):
    """A second try goes to a new folder: that of the first is no longer empty."""
    if not sure:
        return at_centre(place, False)
    folder = place.out / f"again-{len(list(place.out.iterdir()))}"
    done = call(*central(place, "open", place.ids["bundle"], "-o", folder))
    members = list(folder.rglob("*")) if done.status == 0 else []
    return [] if len(members) > 2 else [f"the deposit does not open again: {done.errors}"]
