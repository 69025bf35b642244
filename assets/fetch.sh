#!/bin/sh
# Fetches the scripts, fonts and icons of others, exact versions, and puts them in static/.
# What comes in is checked against SHA256SUMS before it is used, and what goes out is checked after.
# The results are in the repository: run this only to renew them. Needs npm, python3 and sha256sum.
#
#   assets/fetch.sh          fetch, check, write, check again
#   assets/fetch.sh --renew  the same, but write SHA256SUMS anew (after a change of version: read the diff)
set -eu

SOCKET=socket.io-client@4.8.1
MORPH=idiomorph@0.7.4
ICONS=lucide-static@1.62.0
ATKINSON=@fontsource-variable/atkinson-hyperlegible-next@5.3.0
BRICOLAGE=@fontsource-variable/bricolage-grotesque@5.3.0

here=$(cd "$(dirname "$0")" && pwd)
static=$here/../static
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
mkdir -p "$static/js/vendor" "$static/fonts"

# One package, unpacked under a short name.
take() {
    mkdir -p "$work/in/$2"
    (cd "$work" && tar -xzf "$(npm pack --silent "$1" | tail -n 1)" -C "in/$2" --strip-components 1)
}

# sums FOLDER FILE...: their sha256, named from that folder, under a first word that says which side they are on.
sums() { (cd "$1" && shift && sha256sum "$@"); }
incoming() {
    (cd "$work/in" && sums . socket/dist/socket.io.esm.min.js socket/LICENSE morph/dist/idiomorph.min.js morph/LICENSE \
        icons/LICENSE $(sed '/./!d;s|.*|icons/icons/&.svg|' "$here/icons.txt") \
        atkinson/files/atkinson-hyperlegible-next-latin-wght-normal.woff2 atkinson/LICENSE \
        bricolage/files/bricolage-grotesque-latin-wght-normal.woff2 bricolage/LICENSE) | sed 's|  |  in/|'
}
outgoing() {
    sums "$static" js/vendor/socket.io.esm.min.js js/vendor/idiomorph.esm.js js/vendor/LICENSES.md \
        fonts/atkinson.woff2 fonts/bricolage.woff2 fonts/OFL.txt icons.svg more-icons.svg | sed 's|  |  static/|'
}
same() { grep "  $1/" "$here/SHA256SUMS" | diff - "$2" >&2 || { echo "the sums of $1/ differ from SHA256SUMS" >&2; exit 1; }; }

take "$SOCKET" socket
take "$MORPH" morph
take "$ICONS" icons
take "$ATKINSON" atkinson
take "$BRICOLAGE" bricolage
incoming > "$work/incoming"
[ "${1:-}" = --renew ] || same in "$work/incoming"

# Scripts. The map of the first is not shipped; the second comes minified only as a plain script, so it gets its export.
grep -v '^//# sourceMappingURL=' "$work/in/socket/dist/socket.io.esm.min.js" > "$static/js/vendor/socket.io.esm.min.js"
{ printf '/* %s, licence 0BSD */\n' "$MORPH"; cat "$work/in/morph/dist/idiomorph.min.js"; printf '\nexport{Idiomorph};\n'; } > "$static/js/vendor/idiomorph.esm.js"

# Fonts: Latin-1 and the punctuation we write, and only the weights we use. Arrows are icons: these fonts have none.
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install --quiet --disable-pip-version-check fonttools==4.55.3 brotli==1.1.0
subset() { # in out weights features
    "$work/venv/bin/fonttools" varLib.instancer --quiet --no-recalc-timestamp "$1" "wght=$3" --output "$work/limited.woff2"
    "$work/venv/bin/pyftsubset" "$work/limited.woff2" --output-file="$2" --flavor=woff2 --layout-features="$4" \
        --unicodes=U+20-7E,U+A0-FF,U+152-153,U+2010-2015,U+2018-201E,U+2022,U+2026,U+2032-2033,U+2039-203A,U+20AC,U+2212
}
subset "$work/in/atkinson/files/atkinson-hyperlegible-next-latin-wght-normal.woff2" "$static/fonts/atkinson.woff2" 400:700 kern,tnum
subset "$work/in/bricolage/files/bricolage-grotesque-latin-wght-normal.woff2" "$static/fonts/bricolage.woff2" 500:800 kern,tnum
{
    echo "atkinson.woff2 and bricolage.woff2 are subsets of the fonts named here, made by assets/fetch.sh."
    echo
    head -n 1 "$work/in/atkinson/LICENSE"
    cat "$work/in/bricolage/LICENSE"
} > "$static/fonts/OFL.txt"

# Icons, and the licences of all that is not a font.
python3 "$here/icons.py" "$work/in/icons/icons" "$static"
{
    echo "# Work of others in static/"
    for one in "socket:$SOCKET:js/vendor/socket.io.esm.min.js" "morph:$MORPH:js/vendor/idiomorph.esm.js" "icons:$ICONS:icons.svg, more-icons.svg"; do
        rest=${one#*:}
        printf '\n\n## %s: `%s`\n\n' "${rest%:*}" "${rest##*:}"
        cat "$work/in/${one%%:*}/LICENSE"
    done
    printf '\n\n## Fonts\n\nSee `fonts/OFL.txt`.\n'
} > "$static/js/vendor/LICENSES.md"

outgoing > "$work/outgoing"
if [ "${1:-}" = --renew ]; then cat "$work/incoming" "$work/outgoing" > "$here/SHA256SUMS"; else same static "$work/outgoing"; fi
echo "static/ is as SHA256SUMS says."
