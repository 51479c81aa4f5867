#!/bin/sh
# SPDX-License-Identifier: EUPL-1.2
# One recording of a real sensor, replayed to guichet-device itself: the picture is the one that
# libfprint's authors got, pixel by pixel. Usage: test-replay.sh SENSOR
set -eu
recording=$GUICHET_SHARED/data/devices/$1
if [ ! -d "$recording" ]; then
    echo "no recording of $1 in $GUICHET_SHARED: skipped"
    exit 77
fi
out=$(mktemp -d)
trap 'rm -rf "$out"' EXIT
set --
for file in "$recording"/device "$recording"/device-*; do
    [ ! -f "$file" ] || set -- "$@" -d "$file"
done
if [ -f "$recording/capture.pcapng" ]; then
    syspath=/sys$(sed -n '1s/^P: //p' "$recording/device")
    set -- "$@" -p "$syspath=$recording/capture.pcapng"
else
    node=$(sed -n '1s/^@DEV \([^ ]*\).*/\1/p' "$recording/capture.ioctl")
    set -- "$@" -i "$node=$recording/capture.ioctl"
fi
FP_DEVICE_EMULATION=1 timeout 60 umockdev-run "$@" -- \
    "$GUICHET_BUILD/drivers/guichet-device" capture fingerprint auto \
    > "$out/stream" 2> "$out/log" < /dev/null || { cat "$out/log"; exit 1; }
header=$(grep -a -m 1 '"event":"captured"' "$out/stream")
size=$(echo "$header" | sed 's/.*"size":\([0-9]*\).*/\1/')
tail -c "$size" "$out/stream" > "$out/print.png"
echo "$header"
different=$(compare -metric AE "$out/print.png" "$recording/capture.png" null: 2>&1 || true)
echo "pixels that differ: $different"
[ "$different" = 0 ]
