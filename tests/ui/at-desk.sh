#!/bin/sh
# SPDX-License-Identifier: EUPL-1.2
# at-desk.sh TEST.py [OPTION of emulated-desk…]: a whole flow in the real window, at a desk with an
# emulated sensor; its TAP on ours. Skips when a part to run it with is not installed.
set -eu
here=$(dirname "$(readlink -f "$0")")
build=$GUICHET_BUILD
for tool in xdotool import zbarimg umockdev-wrapper msgfmt; do
    command -v $tool >/dev/null || { echo "1..0 # SKIP $tool is not installed"; exit 0; }
done
/usr/bin/python3 -c 'import gi; gi.require_version("Atspi", "2.0")' 2>/dev/null ||
    { echo "1..0 # SKIP python3-gi or gir1.2-atspi-2.0 is not installed"; exit 0; }
unset G_DEBUG # of the harness: the window gets its own
test=$1
shift
results=$(mktemp)
trap 'rm -f "$results"' EXIT
status=0
"$here/with-display.sh" "$build/tests/emulators/emulated-desk" "$@" -- \
    /usr/bin/python3 "$here/$test" "$build" "$results" >&2 || status=$?
cat "$results"
exit $status
