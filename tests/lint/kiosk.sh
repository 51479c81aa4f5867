#!/bin/sh
# SPDX-License-Identifier: EUPL-1.2
# packaging/kiosk: systemd understands each line, the schema override names real keys, and enable
# writes where it says, into a root that is empty.
set -eu
kiosk=$1/packaging/kiosk
for tool in systemd-analyze glib-compile-schemas; do
    command -v $tool >/dev/null || { echo "skipped: $tool is not installed"; exit 77; }
done
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
sed 's|^ExecStart=.*|ExecStart=/bin/true|; /^Documentation=/d' "$kiosk/guichet-kiosk.service" \
    >"$folder/guichet-kiosk.service"
systemd-analyze verify --man=no --recursive-errors=no "$folder/guichet-kiosk.service" 2>&1 |
    grep -F guichet-kiosk.service >"$folder/said" || :
if [ -s "$folder/said" ]; then cat "$folder/said"; exit 1; fi
grep -q '^ExecStart=/usr/bin/cage -d -- ' "$kiosk/guichet-kiosk.service" # and so without -s
mkdir -p "$folder/root/usr/share/glib-2.0/schemas"
cp /usr/share/glib-2.0/schemas/org.gtk.gtk4.Settings.Debug.gschema.xml \
    "$folder/root/usr/share/glib-2.0/schemas/" 2>/dev/null ||
    { echo "skipped: GTK's schemas are not installed"; exit 77; }
"$kiosk/enable" "$folder/root"
for file in etc/systemd/system/guichet-kiosk.service etc/systemd/logind.conf.d/90-guichet-kiosk.conf \
    etc/sysctl.d/90-guichet-kiosk.conf etc/udev/rules.d/90-guichet-kiosk.rules \
    usr/share/glib-2.0/schemas/gschemas.compiled; do
    test -s "$folder/root/$file" || { echo "enable did not write $file"; exit 1; }
done
test "$(readlink "$folder/root/etc/systemd/system/getty@.service")" = /dev/null
# the control: a key that does not exist is refused
sed 's/enable-inspector-keybinding/enable-inspector-keys/' \
    "$kiosk/90_guichet-kiosk.gschema.override" \
    >"$folder/root/usr/share/glib-2.0/schemas/90_guichet-kiosk.gschema.override"
if glib-compile-schemas --strict "$folder/root/usr/share/glib-2.0/schemas" 2>/dev/null; then
    echo "a schema override with an unknown key was taken"
    exit 1
fi
