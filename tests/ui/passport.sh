#!/bin/sh
# SPDX-License-Identifier: EUPL-1.2
# The whole flow in the real window; 77 when a part to run it with is not installed.
set -eu
here=$(dirname "$(readlink -f "$0")")
build=$GUICHET_BUILD
for tool in xdotool import zbarimg umockdev-wrapper; do
    command -v $tool >/dev/null || { echo "1..0 # SKIP $tool is not installed"; exit 0; }
done
/usr/bin/python3 -c 'import gi; gi.require_version("Atspi", "2.0")' 2>/dev/null ||
    { echo "1..0 # SKIP python3-gi or gir1.2-atspi-2.0 is not installed"; exit 0; }
unset G_DEBUG # of the harness: the window gets its own
results=$(mktemp)
trap 'rm -f "$results"' EXIT
status=0
"$here/with-display.sh" "$build/tests/emulators/emulated-desk" --unplug-at 1 --away 2500 -- \
    /usr/bin/python3 "$here/test-passport.py" "$build" "$results" >&2 || status=$?
cat "$results"
exit $status
