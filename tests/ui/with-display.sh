#!/bin/sh
# SPDX-License-Identifier: EUPL-1.2
# with-display.sh COMMAND…: runs COMMAND on a virtual display of its own, with a session bus; the size is
# GUICHET_SCREEN, 1280x800 by default.
set -eu
for tool in Xvfb dbus-run-session; do
    command -v $tool >/dev/null || { echo "SKIP: $tool is not installed"; exit 77; }
done
folder=$(mktemp -d)
mkfifo "$folder/display"
Xvfb -displayfd 3 -screen 0 "${GUICHET_SCREEN:-1280x800}x24" -noreset -nolisten tcp 3>"$folder/display" >/dev/null 2>&1 &
server=$!
trap 'kill $server 2>/dev/null; wait $server 2>/dev/null; rm -rf "$folder"' EXIT
trap 'exit 143' TERM INT
read -r number <"$folder/display"
mkdir -m 700 "$folder/run"
export DISPLAY=":$number" XDG_RUNTIME_DIR="$folder/run" HOME="$folder" GDK_BACKEND=x11 \
    GSK_RENDERER=cairo GSETTINGS_BACKEND=memory GIO_USE_VFS=local LC_ALL=C.UTF-8 NO_AT_BRIDGE=
dbus-run-session -- "$@"
