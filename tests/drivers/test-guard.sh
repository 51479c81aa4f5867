#!/bin/bash
# SPDX-License-Identifier: EUPL-1.2
# guichet-device never outlives its purpose, even while a device library hangs: here GStreamer, in
# the open() of a FIFO that nobody writes.
set -u
device=$GUICHET_BUILD/drivers/guichet-device
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
mkfifo "$folder/hang.jpg"
hang=("$device" capture camera "file:$folder/hang.jpg")
failures=0

fail() {
    echo "not so: $1"
    failures=$((failures + 1))
}

# ends PID within 3 s? (A zombie has ended: an orphan's new parent may not care to reap it.)
ends() {
    for _ in $(seq 30); do
        grep -q '^State:.[^Z]' "/proc/$1/status" 2> /dev/null || return 0
        sleep 0.1
    done
    kill -9 "$1"
    return 1
}

"${hang[@]}" < /dev/null > /dev/null 2>&1 &
pid=$!
sleep 0.7
kill -0 "$pid" || fail "the library hangs (nothing was tried)"
grep -q '^Max core file size *0 *0' "/proc/$pid/limits" || fail "no core is dumped"
kill -TERM "$pid"
ends "$pid" || fail "SIGTERM ends it"

sleep 0.5 | timeout --signal=KILL 4 "${hang[@]}" > /dev/null 2>&1
[ "${PIPESTATUS[1]}" = 1 ] || fail "the end of standard input ends it"

sh -c '"$@" < /dev/null > /dev/null 2>&1 & echo $! > "$0"; sleep 0.5; kill -KILL $$' \
    "$folder/pid" "${hang[@]}" > /dev/null 2>&1
ends "$(cat "$folder/pid")" || fail "the death of its parent ends it"

"$device" > /dev/null 2>&1
[ $? = 2 ] || fail "a wrong command line gives status 2"
"$device" capture toaster auto < /dev/null 2> /dev/null | grep -q '"name":"argument"' ||
    fail "an unknown family is refused"
[ "$failures" = 0 ]
