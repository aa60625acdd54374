#!/bin/sh
# Fetches what is vendored, checks its digests and builds services/web/static anew. Needs node, npm and openssl; running
# Bifall needs none of them. The versions are in packages.txt; nothing is written there, and no lock file is left.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
root=$(cd "$here/../.." && pwd)
served=$root/services/web/static
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

fetch() {   # name version digest: unpacked under node_modules, once its digest is what we expect
    folder=$work/node_modules/$1
    mkdir -p "$folder" "$work/packed"
    packed=$(cd "$work/packed" && npm pack --silent "$1@$2" | tail -n 1)
    found=sha512-$(openssl dgst -sha512 -binary "$work/packed/$packed" | openssl base64 -A)
    if [ "$found" != "$3" ]; then
        echo "$1@$2 is not what it was: $found" >&2
        exit 1
    fi
    tar -xzf "$work/packed/$packed" -C "$folder" --strip-components=1
}

grep -v '^#' "$here/packages.txt" | while read -r name version _ digest; do
    fetch "$name" "$version" "$digest"
done

mkdir -p "$served/fonts"
node "$here/build.mjs" "$work" "$served"
font=$work/node_modules/@fontsource-variable/atkinson-hyperlegible-next
for part in latin latin-ext; do
    cp "$font/files/atkinson-hyperlegible-next-$part-wght-normal.woff2" "$served/fonts/atkinson-hyperlegible-next-$part.woff2"
done
cp "$font/LICENSE" "$served/fonts/OFL.txt"
cp "$work/node_modules/axe-core/axe.min.js" "$root/tests/pages/axe.min.js"
chmod -R u+rw,go+r "$served" "$root/tests/pages/axe.min.js"
