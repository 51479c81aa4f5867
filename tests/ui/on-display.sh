#!/bin/sh
# SPDX-License-Identifier: EUPL-1.2
# on-display.sh TEST.py ARGUMENT…: the Python test TEST on a display of its own, its TAP on ours.
set -eu
here=$(dirname "$(readlink -f "$0")")
for tool in xdotool xwininfo import; do
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
"$here/with-display.sh" /usr/bin/python3 "$here/$test" "$GUICHET_BUILD" "$results" "$@" >&2 || status=$?
cat "$results"
exit $status
