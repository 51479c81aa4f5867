#!/bin/sh
# SPDX-License-Identifier: EUPL-1.2
# Our files, checked with unzip, openssl, certtool, gpgsm and xmllint alone (the commands of
# sync/bundle/FORMAT.md). $1: make-samples
set -eu
for tool in unzip openssl certtool xmllint; do
    command -v "$tool" >/dev/null || { echo "no $tool here: skipped"; exit 77; }
done
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
"$1" make "$folder"
cd "$folder"

# every digest of the manifest of $1, then that it lists every member and no other
check_digests() {
    names=$(xmllint --xpath "//*[local-name()='DataObjectReference']/@URI" "$1/META-INF/ASiCManifest001.xml" |
        sed 's/^ *URI="//; s/"$//')
    for name in $names; do
        wanted=$(xmllint --xpath "string(//*[local-name()='DataObjectReference'][@URI='$name']/*[local-name()='DigestValue'])" \
            "$1/META-INF/ASiCManifest001.xml")
        found=$(openssl dgst -sha256 -binary "$1/$name" | base64 -w0)
        [ "$wanted" = "$found" ] || { echo "$name: digest differs"; return 1; }
    done
    listed=$(echo "$names" | sort)
    present=$(cd "$1" && find . -type f ! -path './META-INF/*' ! -name mimetype | sed 's|^\./||' | sort)
    [ "$listed" = "$present" ] || { echo "$1: other members than those listed"; return 1; }
}

verify_signature() {
    openssl cms -verify -cades -binary -inform DER -in "$1/META-INF/signature001.p7s" \
        -content "$1/META-INF/ASiCManifest001.xml" -CAfile root.crt -purpose any -out /dev/null
    certtool --p7-verify --inder --infile "$1/META-INF/signature001.p7s" \
        --load-data "$1/META-INF/ASiCManifest001.xml" --load-ca-certificate root.crt >certtool.log 2>&1 ||
        { cat certtool.log; return 1; }
}

verify_container() {
    unzip -tq "$1"
    unzip -q "$1" -d "$2"
    [ "$(cat "$2/mimetype")" = application/vnd.etsi.asic-e+zip ]
    verify_signature "$2"
    check_digests "$2"
}

echo "outer container"
verify_container bundle.asice outer
echo "decryption"
openssl cms -decrypt -inform DER -in outer/contenu.p7m -recip seal.crt -inkey seal.key -out inner.asice
echo "inner container"
verify_container inner.asice inner
cmp inner/data/photo-1.jpg photo.jpg
cmp inner/data/demarche.json demarche.json

echo "receipt and message"
openssl cms -verify -cades -inform DER -in receipt.der -CAfile root.crt -purpose any -out receipt.json
grep -q "\"liasse_sha256\":\"$(sha256sum <bundle.asice | cut -c1-64)\"" receipt.json
openssl cms -verify -cades -inform DER -in message.der -CAfile root.crt -purpose any -out message.json
grep -q '"etat":"title-ready"' message.json

echo "statement"
openssl x509 -in station.crt -pubkey -noout >station.pub
sed '/^sig=/,$d' statement.txt >signed
sed -n 's/^sig=//p' statement.txt | base64 -d >sig
openssl dgst -sha256 -verify station.pub -signature sig signed

if command -v gpgsm >/dev/null; then
    echo "gpgsm"
    mkdir -m 700 gnupg
    fingerprint=$(openssl x509 -in root.crt -noout -fingerprint -sha1 | cut -d= -f2)
    echo "$fingerprint S relax" >gnupg/trustlist.txt
    GNUPGHOME=$folder/gnupg gpgsm --batch --import root.crt 2>/dev/null || true
    GNUPGHOME=$folder/gnupg gpgsm --batch --disable-crl-checks --verify \
        outer/META-INF/signature001.p7s outer/META-INF/ASiCManifest001.xml 2>gpgsm.log ||
        { cat gpgsm.log; exit 1; }
    grep -q 'Good signature' gpgsm.log
    GNUPGHOME=$folder/gnupg gpgconf --kill all 2>/dev/null || true
fi

echo "control: the same commands see a change"
printf x >>outer/enveloppe.json
if check_digests outer; then exit 1; fi
printf ' ' >>outer/META-INF/ASiCManifest001.xml
if verify_signature outer 2>/dev/null; then exit 1; fi
if openssl dgst -sha256 -verify station.pub -signature sig statement.txt; then exit 1; fi
echo "all hold"
