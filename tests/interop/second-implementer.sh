#!/bin/sh
# SPDX-License-Identifier: EUPL-1.2
# A bundle made with openssl and zip after sync/bundle/FORMAT.md, given to our reader; then the
# same with one deviation each, which our reader must refuse. $1: make-samples
set -eu
for tool in zip openssl; do
    command -v "$tool" >/dev/null || { echo "no $tool here: skipped"; exit 77; }
done
samples=$(realpath "$1")
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
"$samples" make "$folder"
cd "$folder"
umask 022

type_of() {
    case $1 in
    *.json) echo application/json ;;
    *.p7m) echo application/pkcs7-mime ;;
    *.jpg) echo image/jpeg ;;
    *) echo application/octet-stream ;;
    esac
}

# container FOLDER OUT MEMBER…: manifest, signature, ZIP
container() {
    in=$1 out=$2
    shift 2
    mkdir -p "$in/META-INF"
    printf 'application/vnd.etsi.asic-e+zip' >"$in/mimetype"
    {
        printf '<?xml version="1.0" encoding="UTF-8"?>\n<asic:ASiCManifest xmlns:asic="http://uri.etsi.org/02918/v1.2.1#" xmlns:ds="http://www.w3.org/2000/09/xmldsig#">'
        printf '<asic:SigReference URI="META-INF/signature001.p7s" MimeType="application/pkcs7-signature"></asic:SigReference>'
        for member; do
            printf '<asic:DataObjectReference URI="%s" MimeType="%s"><ds:DigestMethod Algorithm="http://www.w3.org/2001/04/xmlenc#sha256"></ds:DigestMethod><ds:DigestValue>%s</ds:DigestValue></asic:DataObjectReference>' \
                "$member" "$(type_of "$member")" "$(openssl dgst -sha256 -binary "$in/$member" | base64 -w0)"
        done
        printf '</asic:ASiCManifest>\n'
    } >"$in/META-INF/ASiCManifest001.xml"
    openssl cms -sign -binary -cades -md sha256 -nosmimecap -in "$in/META-INF/ASiCManifest001.xml" \
        -signer station.crt -inkey station.key -outform DER -out "$in/META-INF/signature001.p7s"
    find "$in" -type f -exec chmod 644 {} + -exec touch -d 1980-01-01T00:00:00Z {} +
    rm -f "$out"
    (cd "$in" && TZ=UTC zip ${ZIP_OPTIONS:--X -0} -q "../$out" mimetype META-INF/ASiCManifest001.xml \
        META-INF/signature001.p7s "$@" ${ZIP_EXTRA:-})
}

sha256() {
    sha256sum <"$1" | cut -c1-64
}

make_bundle() {
    rm -rf inner outer
    mkdir -p inner/data outer
    cp photo.jpg inner/data/photo-1.jpg
    cp demarche.json inner/data/demarche.json
    instant='{"amorcage":"","date":"2026-11-22T10:00:00Z","monotone_us":1}'
    printf '{"champs":{"surname":"DUPONT"},"cree":%s,"demarche":{"id":"passport","revision":1,"sha256":"%s"},"id":"01ARZ3NDEKTSV4RRFFQ69G5FAV","pieces":[{"appareil":"","attributs":{},"capture":%s,"fichier":"data/photo-1.jpg","genre":"photo","id":"01ARZ3NDEKTSV4RRFFQ69G5FAW","octets":%s,"ordinal":1,"sha256":"%s","type":"image/jpeg"}],"profil":"demande/1"}' \
        "$instant" "$(sha256 demarche.json)" "$instant" "$(stat -c %s photo.jpg)" "$(sha256 photo.jpg)" \
        >inner/data/demande.json
    container inner inner.asice data/demande.json data/demarche.json data/photo-1.jpg
    openssl cms -encrypt -binary ${CIPHER:--aes-256-gcm} -keyid -recip seal.crt \
        ${KDF:--keyopt ecdh_kdf_md:sha256} -aes256-wrap -in inner.asice -outform DER -out outer/contenu.p7m
    key=$(openssl x509 -in seal.crt -outform DER | sha256sum | cut -c1-64)
    printf '{"cle_centre":"%s","contenu_sha256":"%s","cree":"2026-11-22T10:00:00Z","journal":{"entrees":5,"tete":"%s"},"lot":"01ARZ3NDEKTSV4RRFFQ69G5FAX","octets":%s,"precedente":null,"profil":"liasse-scellee/1","sequence":1,"station":"%s","tpm":false}' \
        "$key" "$(sha256 outer/contenu.p7m)" "$(printf journal | sha256sum | cut -c1-64)" "$(stat -c %s outer/contenu.p7m)" "${STATION:-mairie-de-demo-1}" \
        >outer/enveloppe.json
    container outer made.asice enveloppe.json contenu.p7m
}

refused() {
    make_bundle
    if "$samples" open . made.asice >/dev/null 2>refusal; then
        echo "accepted: $1"
        exit 1
    fi
    [ "$(wc -l <refusal)" = 1 ]
    echo "refused, $1: $(cat refusal)"
}

make_bundle
"$samples" open . made.asice
echo "accepted: the bundle of the second implementer"

(ZIP_OPTIONS='-X -9' refused "compressed members")
(ZIP_OPTIONS='-0' refused "extra fields")
echo extra >extra.txt
(ZIP_EXTRA=../extra.txt refused "a member outside its folder")
(KDF='-keyopt ecdh_kdf_md:sha1' refused "a SHA-1 KDF")
(CIPHER=-aes-256-cbc refused "no authentication")
(STATION=mairie-de-demo-2 refused "another station's name")
make_bundle
printf 'PK' >>made.asice
if "$samples" open . made.asice >/dev/null 2>&1; then exit 1; fi
echo "refused, trailing bytes"
