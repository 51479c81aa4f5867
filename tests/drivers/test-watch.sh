#!/bin/sh
# SPDX-License-Identifier: EUPL-1.2
# guichet-device watch tells arrival, departure and return of an emulated sensor.
set -eu
out=$(mktemp)
"$GUICHET_BUILD/tests/emulators/emulated-desk" --unplug-after 2000 --away 300 -- \
    "$GUICHET_BUILD/drivers/guichet-device" watch > "$out" < /dev/null &
desk=$!
trap 'kill "$desk" 2> /dev/null || true; rm -f "$out"' EXIT

told() {
    sed -n 's/^{"event":"\([a-z]*\)","family":"fingerprint","id":"usb:05ba:000a".*/\1/p' "$out" |
        tr '\n' ' '
}

tries=0
until [ "$(told)" = "added removed added " ]; do
    tries=$((tries + 1))
    if [ "$tries" -gt 300 ]; then
        echo "watch told: $(told)"
        exit 1
    fi
    sleep 0.2
done
