# SPDX-License-Identifier: EUPL-1.2
"""Who may include whom, and which foreign library lives where (the house's one table)."""
import re

import tree

# A room sees itself and these. What is not here is not allowed.
BELOW = ["app/core", "app/papers", "app/biometrics", "db", "sync/bundle", "sync/station", "drivers"]
ALLOWED = {
    "app/core": [],
    "app/papers": ["app/core"],
    "app/biometrics": ["app/core"],
    "db": ["app/core"],
    "drivers": ["app/core"],
    "sync/bundle": ["app/core"],
    "sync/station": ["app/core", "sync/bundle"],
    "sync/central": ["app/core", "sync/bundle"],
    "app/service": BELOW,
    "app/cli": BELOW + ["app/service"],
    "app/ui": BELOW + ["app/service"],
}

# (file pattern, room): a composition root alone may see what its room may not.
EXCEPTIONS = [
    (r"sync/station/main\.c", "db"),   # guichet-syncd: opens the outbox store, hands it on
    (r"sync/central/main\.c", "db"),   # guichet-central: opens the depot store, hands it on
]

# Foreign headers → the files that may include them.
FOREIGN = {
    r"(gtk|gdk|gsk)/": r"app/ui/",
    r"sqlite3\.h": r"db/",
    r"libpq-fe\.h": r"db/postgres/",
    r"libusb(-1\.0/libusb)?\.h": r"drivers/usb/",
    r"openssl/": r"(app/core/digest|db/crypt[\w-]*|sync/bundle/(pki|cms|crypto|openssl)[\w-]*)\.[ch]$",
    r"curl/": r"sync/station/",
    r"(microhttpd|gnutls/.*)": r"sync/central/",
    r"(fprint|sane/.*|gst/.*)": r"drivers/",
    r"tss2/": r"drivers/tpm/",
    r"p11-kit/": r"drivers/card/",
}

# The same for the meson variables and packages of a room's build file.
PACKAGES = {
    r"gtk4|'gtk4.*'": r"app/ui/",
    r"sqlite": r"db/",
    r"openssl": r"(app/core|db|sync/bundle)/",
    r"'libusb-1.0'": r"drivers/",
    r"'libpq'": r"db/postgres/",
    r"'libcurl'": r"sync/station/",
    r"'(libmicrohttpd|gnutls)'": r"sync/central/",
}

INCLUDE = re.compile(r'^\s*#\s*include\s*([<"])([^>"]+)[>"]', re.M)
APP = ("core", "papers", "biometrics", "service", "cli", "ui")


def room_of(path):
    return next((room for room in ALLOWED if path.startswith(room + "/")), None)


def target_of(include):
    """The room that an include of ours names; None for a file of the same folder."""
    if include.split("/")[0] in APP:
        include = "app/" + include
    return room_of(include)


def check(root):
    findings = []
    for path in tree.files(root, ".c", ".h", ".cpp"):
        room = room_of(path)
        for quote, include in INCLUDE.findall(tree.text(root, path)) if room else []:
            findings += _check_foreign(path, include)
            findings += _check_pair(path, room, include) if quote == '"' else []
    for path in tree.files(root, "meson.build"):
        if room_of(path):
            findings += _check_build(path, room_of(path), tree.text(root, path))
    return findings


def _check_pair(path, room, include):
    target = target_of(include)
    if target in (None, room) or target in ALLOWED[room]:
        return []
    if any(re.fullmatch(files, path) and target == to for files, to in EXCEPTIONS):
        return []
    return [f"{path}: includes \"{include}\", but {room} may not see {target}"]


def _check_foreign(path, include):
    return [f"{path}: includes <{include}>, which only {home} may"
            for header, home in FOREIGN.items()
            if re.match(header, include) and not re.match(home, path)]


def _check_build(path, room, text):
    """A room's library links with what the table allows; main programs are checked by include."""
    text = re.sub(r"#.*", "", text)
    findings = [f"{path}: uses {package}, which only {home} may"
                for package, home in PACKAGES.items()
                if re.search(rf"(?<![\w'-])({package})(?![\w'-])", text)
                and not re.match(home, path)]
    for library in re.findall(r"static_library\((.*?)\n\s*\)|static_library\((.*)\)", text, re.S):
        for name in re.findall(r"(\w+)_dep\b", " ".join(library)):
            owner = next((r for r in ALLOWED if r.split("/")[-1] == name), None)
            if owner and owner != room and owner not in ALLOWED[room]:
                findings.append(f"{path}: its library links {name}_dep; {room} may not see {owner}")
    return findings
