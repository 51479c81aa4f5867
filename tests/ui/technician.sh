#!/bin/sh
# SPDX-License-Identifier: EUPL-1.2
# A technician at the real window, with a scanner on the emulated bus; skips where a part is missing.
set -eu
here=$(dirname "$(readlink -f "$0")")
for tool in xdotool import zbarimg umockdev-run setpriv; do
    command -v $tool >/dev/null || { echo "1..0 # SKIP $tool is not installed"; exit 0; }
done
[ "$(id -u)" = 0 ] || { echo "1..0 # SKIP needs root, to give the scanner's node to somebody else"; exit 0; }
/usr/bin/python3 -c 'import gi; gi.require_version("Atspi", "2.0")' 2>/dev/null ||
    { echo "1..0 # SKIP python3-gi or gir1.2-atspi-2.0 is not installed"; exit 0; }
unset G_DEBUG # of the harness: the window gets its own
results=$(mktemp)
trap 'rm -f "$results"' EXIT
status=0
"$here/with-display.sh" umockdev-run -d "$here/../emulators/scanner.umockdev" -- \
    /usr/bin/python3 "$here/test-technician.py" "$results" >&2 || status=$?
cat "$results"
exit $status
