#!/usr/bin/env python3
# SPDX-License-Identifier: EUPL-1.2
"""The lints are not blind: each refuses a small broken tree and accepts the mended one (TAP)."""
import sys
import tempfile
from pathlib import Path

sys.dont_write_bytecode = True
import catalogues  # noqa: E402
import format as formatting  # noqa: E402
import layers  # noqa: E402
import packages  # noqa: E402
import rooms  # noqa: E402
import sizes  # noqa: E402
import spdx  # noqa: E402
import words  # noqa: E402

C = "/* SPDX-License-Identifier: EUPL-1.2 */\n"
LICENCE = {"LICENSE": spdx.LICENCE}
LONG = C + "int\nlong_one(void)\n{\n" + "    ;\n" * 70 + "}\n"
PO = """msgid ""
msgstr ""
"Project-Id-Version: x\\n"
"PO-Revision-Date: x\\n"
"Last-Translator: x\\n"
"Language-Team: x\\n"
"Language: en\\n"
"MIME-Version: 1.0\\n"
"Content-Type: text/plain; charset=UTF-8\\n"
"Content-Transfer-Encoding: 8bit\\n"

"""
GUIDE = '{"profile": "guide/1", "questions": [{"id": "q", "text": "Quoi ?"}]}\n'
TREES = [
    # lint, broken tree, mended tree
    (layers, {"db/a.c": '#include "service/desk.h"\n'}, {"db/a.c": '#include "core/paths.h"\n'}),
    (layers, {"app/core/a.c": '#include "db/store.h"\n'}, {"app/core/a.c": '#include "a.h"\n'}),
    (layers, {"sync/station/queue.c": '#include "db/outbox-store.h"\n'},
     {"sync/station/main.c": '#include "db/outbox-store.h"\n'}),
    (layers, {"app/service/a.c": "#include <gtk/gtk.h>\n"},
     {"app/ui/a.c": "#include <gtk/gtk.h>\n"}),
    (layers, {"app/cli/a.c": "#include <sqlite3.h>\n"}, {"db/a.c": "#include <sqlite3.h>\n"}),
    (layers, {"sync/bundle/zip.c": "#include <openssl/evp.h>\n"},
     {"sync/bundle/pki.c": "#include <openssl/evp.h>\n"}),
    (layers, {"drivers/scanner/a.c": "#include <libusb.h>\n"},
     {"drivers/usb/a.c": "#include <libusb.h>\n"}),
    (layers, {"app/service/meson.build": "x = static_library('s', 'a.c',\n  deps: gtk4)\n"},
     {"app/ui/meson.build": "x = static_library('u', 'a.c',\n  deps: gtk4)\n"}),
    (layers, {"db/meson.build": "x = static_library('d', 'a.c', dependencies: [bundle_dep])\n"},
     {"db/meson.build": "x = static_library('d', 'a.c', dependencies: [core_dep])\n"}),
    (formatting, {"a.c": "int  main( void ) {return 0;}\n"}, {"a.c": "int a;\n"}),
    (spdx, {**LICENCE, "a.c": "int a;\n"}, {**LICENCE, "a.c": C}),
    (spdx, {"a.c": C}, {**LICENCE, "a.c": C}),
    (spdx, {**LICENCE, "tool": "#!/bin/sh\ntrue\n"},
     {**LICENCE, "tool": "#!/bin/sh\n# SPDX-License-Identifier: EUPL-1.2\n"}),
    (sizes, {"a.c": LONG}, {"a.c": C + "int\nshort_one(void)\n{\n}\n"}),
    (sizes, {"a.c": LONG, sizes.EXCEPTIONS: "a.c:long_one 80\n"},
     {"a.c": LONG, sizes.EXCEPTIONS: "a.c:long_one 80 a table of seventy rows\n"}),
    (sizes, {"a.c": C, sizes.EXCEPTIONS: "b.c 900 a file that is no longer there\n"}, {"a.c": C}),
    (sizes, {"a.py": "x = 1\n" * 601}, {"a.py": "x = 1\n" * 600}),
    (words, {"a.md": "see /ho" + "me/me/notes\n"}, {"a.md": "see /usr/share/doc\n"}),
    (words, {"a.c": "/* TO" + "DO */\n"}, {"a.c": "/* done */\n"}),
    (rooms, {"db/a.c": C}, {"db/a.c": C, "db/README.md": "# db\n"}),
    (rooms, {"db/a.c": C, "db/README.md": "x\n" * 31}, {"db/a.c": C, "db/README.md": "x\n" * 30}),
    (packages, {"packaging/dependencies": "[run]\nb\na b\n[build]\n[test]\n[deb]\n[bench]\n"},
     {"packaging/dependencies": "[run]\na\n[build]\nb\n[test]\nc\n[deb]\nd\n[bench]\ne\n"}),
    (packages, {"x.desktop": "[Desktop Entry]\nName=x\n"},
     {"x.desktop": "[Desktop Entry]\nType=Application\nName=x\nExec=x\n"}),
    (catalogues, {"assets/po/POTFILES": "", "db/a.c": 'x = _("Oui");\n'},
     {"assets/po/POTFILES": "db/a.c\n", "db/a.c": 'x = _("Oui");\n'}),
    (catalogues, {"assets/po/POTFILES": "", "assets/po/en.po": PO + '#, fuzzy\nmsgid "a"\nmsgstr "b"\n'},
     {"assets/po/POTFILES": "", "assets/po/en.po": PO + 'msgid "a"\nmsgstr "b"\n'}),
    (catalogues,
     {"assets/po/POTFILES": "", "assets/po/en.po": PO + '#, c-format\nmsgid "%d"\nmsgstr "%s"\n'},
     {"assets/po/POTFILES": "", "assets/po/en.po": PO + '#, c-format\nmsgid "%d"\nmsgstr "%d"\n'}),
    (catalogues,
     {"assets/po/POTFILES": "db/a.c\n", "db/a.c": 'x = _("Oui");\n', "assets/po/en.po": PO},
     {"assets/po/POTFILES": "db/a.c\n", "db/a.c": 'x = _("Oui");\n',
      "assets/po/en.po": PO + 'msgid "Oui"\nmsgstr "Yes"\n', "assets/po/ar.po": PO}),
    (catalogues,
     {"assets/po/POTFILES": "app/ui/a.c\n", "app/ui/a.c": 'x = _("Oui");\n', "assets/po/ar.po": PO},
     {"assets/po/POTFILES": "db/a.c\n", "db/a.c": 'x = _("Oui");\n', "assets/po/ar.po": PO}),
    (catalogues,
     {"assets/po/POTFILES": "", "assets/guide/g.json": GUIDE, "assets/po/ar.po": PO},
     {"assets/po/POTFILES": "", "assets/guide/g.json": GUIDE,
      "assets/po/ar.po": PO + 'msgid "Quoi ?"\nmsgstr "ماذا؟"\n'}),
    (catalogues,
     {"assets/po/POTFILES": "",
      "assets/guide/g.json": GUIDE.replace('"Quoi ?"', '{"fr": "Quoi ?", "en": "What?"}')},
     {"assets/po/POTFILES": "", "assets/guide/g.json": GUIDE}),
    (catalogues,
     {"assets/po/POTFILES": "", "assets/po/en.po": PO + 'msgid "{who}"\nmsgstr "who"\n'},
     {"assets/po/POTFILES": "", "assets/po/en.po": PO + 'msgid "{who}"\nmsgstr "{who}"\n'}),
    (packages, {"a.sh": "#!/bin/sh\nif\n"}, {"a.sh": "#!/bin/sh\ntrue\n"}),
]


def findings(lint, files):
    with tempfile.TemporaryDirectory() as root:
        for name, text in files.items():
            path = Path(root, name)
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
        return lint.check(root)


def main():
    print(f"1..{len(TREES)}")
    bad = 0
    for number, (lint, broken, mended) in enumerate(TREES, 1):
        name = f"{lint.__name__} refuses {next(iter(broken))}"
        if hasattr(lint, "missing") and lint.missing():
            print(f"ok {number} - {name} # SKIP {lint.missing()}")
            continue
        blind, strict = not findings(lint, broken), findings(lint, mended)
        good = not blind and not strict
        bad += not good
        print(f"{'ok' if good else 'not ok'} {number} - {name}")
        if not good:
            print(f"# blind: {blind}; refuses the mended tree: {strict}")
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())
