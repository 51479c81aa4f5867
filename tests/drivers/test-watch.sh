#!/bin/sh
# SPDX-License-Identifier: EUPL-1.2
# guichet-device watch tells arrival, departure and return of an emulated sensor.
set -eu
out=$(mktemp)
trap 'rm -f "$out"' EXIT
timeout --preserve-status 2 "$GUICHET_BUILD/tests/emulators/emulated-desk" \
    --unplug-after 500 --away 300 -- "$GUICHET_BUILD/drivers/guichet-device" watch \
    > "$out" < /dev/null || true
events=$(sed -n 's/^{"event":"\([a-z]*\)","family":"fingerprint","id":"usb:05ba:000a".*/\1/p' "$out" |
    tr '\n' ' ')
if [ "$events" != "added removed added " ]; then
    echo "watch told: $events"
    cat "$out"
    exit 1
fi
