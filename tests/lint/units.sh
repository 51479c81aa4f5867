#!/bin/sh
# SPDX-License-Identifier: EUPL-1.2
# units.sh UNIT…: systemd's verdict on our units; then a bare one and a misspelt one, which the
# check must refuse.
set -u
check=$GUICHET_SOURCE/packaging/systemd/check-units
"$check" "$@" || exit $?

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
printf '[Service]\nExecStart=/bin/true\nUser=guichet\n' >"$folder/bare.service"
sed 's/^ProtectHome=/ProtectHoem=/' "$1" >"$folder/misspelt.service"
for unit in bare misspelt; do
    if "$check" "$folder/$unit.service"; then
        echo "blind: the $unit unit was accepted"
        exit 1
    fi
done
