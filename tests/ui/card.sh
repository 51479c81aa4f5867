#!/bin/sh
# SPDX-License-Identifier: EUPL-1.2
# The window with an agent's card; 77 when a part to run it with is not installed.
set -eu
here=$(dirname "$(readlink -f "$0")")
for tool in xdotool import softhsm2-util pkcs11-tool; do
    command -v $tool >/dev/null || { echo "SKIP: $tool is not installed"; exit 77; }
done
/usr/bin/python3 -c 'import gi; gi.require_version("Atspi", "2.0")' 2>/dev/null ||
    { echo "SKIP: python3-gi or gir1.2-atspi-2.0 is not installed"; exit 77; }
unset G_DEBUG # of the harness: the window gets its own
exec "$here/with-display.sh" /usr/bin/python3 "$here/test-card.py"
