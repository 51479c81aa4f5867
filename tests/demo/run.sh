#!/bin/sh
# SPDX-License-Identifier: EUPL-1.2
# run.sh [BUILD [OPTION of demo.py…]]: the demonstration, with a fingerprint sensor plugged in at
# the kernel interface.
set -eu
here=$(dirname "$0")
build=${1:-build}
[ $# -eq 0 ] || shift
exec umockdev-wrapper "$build/tests/emulators/emulated-desk" --seed 1 -- \
    /usr/bin/python3 "$here/demo.py" "$build" "$@"
