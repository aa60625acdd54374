#!/usr/bin/env bash
# Makes .venv from requirements.lock, on a machine that has Python 3.11 or later and nothing else of ours.
#
# uv installs the packages. It lives in .uv, a virtual environment of its own, because Debian keeps pip away from its own
# Python. Every package, uv too, is checked against a hash written down here; nothing is built from source and nothing is
# downloaded that the lock does not name. Run again, it changes only what differs, and needs no network when nothing does.
set -euo pipefail
cd "$(dirname "$0")/../.."

python=${PYTHON:-python3}
export PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_ROOT_USER_ACTION=ignore PIP_NO_INPUT=1
export UV_NO_PROGRESS=1 UV_PYTHON_DOWNLOADS=never UV_SYSTEM_CERTS=true
unset VIRTUAL_ENV PYTHONHOME PYTHONPATH

fail() {
    printf 'setup: %s\n' "$*" >&2
    exit 1
}

require_python() {
    command -v "$python" >/dev/null ||
        fail "there is no '$python'. Install Python 3.11 or later (Debian, Ubuntu: apt-get install python3 python3-venv), or name one: make setup PYTHON=python3.12"
    "$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' ||
        fail "'$python' is $("$python" --version), and Bifall needs 3.11 or later. Name another: make setup PYTHON=python3.12"
}

# A home that cannot be written to, or none, must not stop us: uv's cache then lives beside it.
choose_home() {
    if [ -z "${HOME:-}" ] || ! [ -w "$HOME" ]; then
        export HOME="$PWD/.uv/home"
        mkdir -p "$HOME"
    fi
}

install_uv() {
    pip=(.uv/bin/python -m pip)
    cmp -s infra/setup/uv.txt .uv/installed.txt && .uv/bin/uv --version >/dev/null 2>&1 && return
    echo "setup: installing uv into .uv"
    if "$python" -c 'import ensurepip, venv' 2>/dev/null; then
        "$python" -m venv --clear .uv
    elif "$python" -m pip --version >/dev/null 2>&1 && "$python" -m venv --clear --without-pip .uv 2>/dev/null; then
        pip=("$python" -m pip --python .uv/bin/python)      # Debian with pip, but without its package for venv
    else
        fail "'$python' cannot make virtual environments. Debian, Ubuntu: apt-get install $("$python" -c 'import sys; print("python%d.%d-venv" % sys.version_info[:2])')"
    fi
    choose_home
    "${pip[@]}" install --quiet --require-hashes --no-deps --only-binary :all: -r infra/setup/uv.txt
    cp infra/setup/uv.txt .uv/installed.txt
}

# uv does not read pip's settings; a machine that reaches packages through a mirror has told pip where it is.
follow_pip_mirror() {
    if [ -n "${UV_DEFAULT_INDEX:-}${UV_INDEX_URL:-}" ]; then return; fi
    local mirror
    mirror=${PIP_INDEX_URL:-$("${pip[@]}" config get global.index-url 2>/dev/null || true)}
    if [ -n "$mirror" ]; then export UV_DEFAULT_INDEX="$mirror"; fi
    if [ -n "${PIP_CERT:-}" ]; then export SSL_CERT_FILE="${SSL_CERT_FILE:-$PIP_CERT}"; fi
}

require_python
install_uv
choose_home
follow_pip_mirror

if ! .venv/bin/python -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
    echo "setup: making .venv"
    .uv/bin/uv venv --quiet --clear --python "$("$python" -c 'import sys; print(sys.executable)')" .venv
fi
if ! cmp -s requirements.lock .venv/installed.lock; then
    rm -f .venv/installed.lock
    .uv/bin/uv pip sync --quiet --python .venv --require-hashes --no-build --compile-bytecode requirements.lock
    cp requirements.lock .venv/installed.lock
fi
.venv/bin/python -m compileall -q services shared infra # a start reads all of it
.uv/bin/uv pip install --quiet --python .venv --offline --no-deps --no-build-isolation --editable .
echo "setup: ready; the command is .venv/bin/bifall"
