#!/usr/bin/env bash
# What the tests of pages need from the machine: a browser, and node for the identity provider they sign in with.
#
# Debian's own packages, installed where this machine lets us; where it does not, one sentence says what is missing. The
# tests that need it then fail by name: a suite that quietly leaves them out would say more than it knows.
set -euo pipefail

missing=()
command -v chromium >/dev/null || missing+=(chromium)
command -v node >/dev/null || missing+=(nodejs)
command -v npm >/dev/null || missing+=(npm)
if [ "${#missing[@]}" -eq 0 ]; then exit 0; fi

as_root=()
if [ "$(id -u)" -ne 0 ]; then
    if ! sudo -n true 2>/dev/null; then
        echo "setup: the tests of pages need ${missing[*]}. Install them: sudo apt-get install ${missing[*]}" >&2
        exit 0
    fi
    as_root=(sudo -n)
fi
if ! command -v apt-get >/dev/null; then
    echo "setup: the tests of pages need ${missing[*]}, and there is no apt-get here to fetch them with." >&2
    exit 0
fi
echo "setup: installing ${missing[*]}"
export DEBIAN_FRONTEND=noninteractive
"${as_root[@]}" apt-get update -qq
"${as_root[@]}" apt-get install -y -qq --no-install-recommends "${missing[@]}" >/dev/null
