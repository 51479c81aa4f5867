#!/bin/sh
# SPDX-License-Identifier: EUPL-1.2
# run.sh [BUILD [MESON-TEST-OPTION…]]: runs the tests (all suites but campaign, unless options say
# otherwise), shows the logs of failures, ends with "N passed, N failed, N skipped".
set -u
here=$(dirname "$0")
build=${1:-build}
[ $# -eq 0 ] || shift
[ $# -gt 0 ] || set -- --no-suite campaign
rm -f "$build"/meson-logs/testlog.json "$build"/meson-logs/testlog.junit.xml
meson test -C "$build" --no-rebuild --print-errorlogs "$@"
status=$?
exec python3 "$here/summary.py" "$build" "$status"
