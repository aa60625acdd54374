#!/usr/bin/env bash
# What the tests of pages need from the machine: a browser, and node for the identity provider they sign in with.
#
# Debian's own packages, installed where this machine lets us; where it does not, one sentence says what is missing. The
# tests that need it then fail by name: a suite that quietly leaves them out would say more than it knows.
#
# The browser is the one without windows: the same engine at a quarter of the time. Where there is no such package, or no
# way to fetch it, the one with windows does as well.
set -euo pipefail

there() { command -v "$1" >/dev/null; }

missing=()
there chromium-headless-shell || missing+=(chromium-headless-shell)
there node || missing+=(nodejs)
there npm || missing+=(npm)
if [ "${#missing[@]}" -eq 0 ]; then exit 0; fi

as_root=()
if [ "$(id -u)" -ne 0 ]; then as_root=(sudo -n); fi

without() {
    if [ "${missing[*]}" = chromium-headless-shell ] && there chromium; then exit 0; fi
    echo "setup: the tests of pages need ${missing[*]}$1" >&2
    exit 0
}
there apt-get || without ", and there is no apt-get here to fetch them with."
"${as_root[@]}" true 2>/dev/null || without ". Install them: sudo apt-get install ${missing[*]}"

export DEBIAN_FRONTEND=noninteractive
install() { "${as_root[@]}" apt-get install -y -qq --no-install-recommends "$@" >/dev/null; }

echo "setup: installing ${missing[*]}"
"${as_root[@]}" apt-get update -qq || true # a list that cannot be renewed may still do
install "${missing[@]}" || install "${missing[@]/chromium-headless-shell/chromium}" || without ", and they could not be fetched."
