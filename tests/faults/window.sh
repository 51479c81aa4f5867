#!/bin/sh
# SPDX-License-Identifier: EUPL-1.2
# window-canaries.py at an emulated desk, on a display of its own; skips where a part is missing.
set -eu
here=$(dirname "$(readlink -f "$0")")
for tool in Xvfb dbus-run-session xdotool xclip import umockdev-wrapper; do
    command -v $tool >/dev/null || { echo "1..0 # SKIP $tool is not installed"; exit 0; }
done
/usr/bin/python3 -c 'import gi; gi.require_version("Atspi", "2.0")' 2>/dev/null ||
    { echo "1..0 # SKIP python3-gi or gir1.2-atspi-2.0 is not installed"; exit 0; }
results=$(mktemp)
trap 'rm -f "$results"' EXIT
status=0
# the bus's daemons write to the standard output too: the results have a file of their own
"$here/../ui/with-display.sh" "$GUICHET_BUILD/tests/emulators/emulated-desk" -- \
    /usr/bin/python3 "$here/window-canaries.py" "$results" >&2 || status=$?
cat "$results"
exit $status
