# What one does with Bifall. On a fresh machine with Python 3.11 or later, `make run` is all that is needed.

PYTHON ?= python3
PORT   ?= 8000
READY  := .venv/.ready
BIN    := .venv/bin
QUICK  := tests/unit tests/events tests/service/engine \
	$(patsubst %,tests/service/test_%.py,applications_sending_in review_cases payouts)

# Two at a time, a file to each: every worker has a database and a broker of its own.
AT_ONCE := -n 2 --dist loadfile --no-loadscope-reorder

MAKEFLAGS += --no-print-directory
.DEFAULT_GOAL := help
.PHONY: help setup run quick test long bench check format lock sbom

help:   ## this list
	@sed -n 's/^\([a-z]*\): .*## /\1\t/p' $(MAKEFILE_LIST) | while IFS="$$(printf '\t')" read -r name what; do \
		printf '  make %-8s %s\n' "$$name" "$$what"; done

setup: $(READY) ## a virtual environment in .venv, from the lock file

$(READY): requirements.lock pyproject.toml infra/setup/uv.txt infra/setup/prepare.sh
	@PYTHON="$(PYTHON)" infra/setup/prepare.sh
	@touch $@

run: $(READY) ## Bifall on this machine, with demo people to sign in as and one whole round played; PORT=8001 for another port
	@exec $(BIN)/bifall up --demo --port $(PORT)

quick: $(READY) ## unit, event and engine tests, and the main way of three services, at most two minutes
	@$(BIN)/python -m pytest $(AT_ONCE) -m "not long and not slow" --hypothesis-profile=quick $(QUICK)

test: $(READY) ## the whole suite, at most thirty minutes
	@infra/setup/browser.sh
	@$(BIN)/python -m pytest $(AT_ONCE)

long: $(READY) ## the whole suite and the campaigns: every fault, whole and seeded
	@infra/setup/browser.sh
	@$(BIN)/python -m pytest -m "long or not long"

bench: $(READY) ## the benchmarks: one table, and bench.json
	@$(BIN)/python -m tests.load

check: $(READY) ## formatting, lint, types, which room may see which, generated pages, known flaws in what we build on
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/python -m shared.asyncapi --check
	$(BIN)/python -m services.command.diagrams --check
	$(BIN)/python -m services.web.site.complete
	$(BIN)/python -m infra.setup.known_flaws

format: $(READY) ## the code, as ruff would have it
	$(BIN)/ruff check --fix-only --quiet .
	$(BIN)/ruff format .

lock: $(READY) ## the lock file made again from pyproject.toml; UPGRADE=--upgrade takes newer versions
	.uv/bin/uv pip compile --quiet $(UPGRADE) --python-version 3.11 --generate-hashes --no-annotate --no-header \
		--extra dev pyproject.toml -o requirements.lock

sbom: $(READY) ## sbom.json: what Bifall is made of, as CycloneDX
	$(BIN)/cyclonedx-py requirements --pyproject pyproject.toml --output-reproducible --validate \
		--output-file sbom.json requirements.lock
