#!/bin/sh
# SPDX-License-Identifier: EUPL-1.2
# run.sh [BUILD]: the benches, under a virtual display and a session bus of their own.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
GUICHET_BUILD=$(cd "${1:-build}" && pwd)
GUICHET_SOURCE=$(cd "$here/../.." && pwd)
GUICHET_LIBEXECDIR=$GUICHET_BUILD/drivers
export GUICHET_BUILD GUICHET_SOURCE GUICHET_LIBEXECDIR LC_ALL=C.UTF-8
exec dbus-run-session -- xvfb-run -a -s "-noreset -screen 0 1280x1024x24" python3 "$here/bench.py"
