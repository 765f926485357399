# Two commands: `make run` and `make test`. Each does its own set-up. `make help` lists the rest.
.PHONY: help run test check bench faults browser clean
.DEFAULT_GOAL := help
.SUFFIXES:

PYTHON ?= $(shell for p in python3 python3.13 python3.12 python3.11; do \
  command -v $$p >/dev/null 2>&1 && $$p -c 'import sys; sys.exit(sys.version_info < (3, 11))' && \
  { command -v $$p; break; }; done)
BIN := .venv/bin
PY := $(BIN)/python
RUNTIME := .venv/.runtime
DEV := .venv/.dev
PIP := $(PY) -m pip install -qq --disable-pip-version-check --require-hashes
ARGS ?=

help:  ## Say what can be done here
	@grep -hE '^[a-z]+:.*##' Makefile | awk -F ':.*## ' '{printf "make %-8s %s\n", $$1, $$2}'

run: $(RUNTIME)  ## Start everything: databases, demo, web, worker, beat (PORT=8000; Ctrl-C stops it)
	@DEBUG=$${DEBUG-1} exec $(PY) manage.py up

test: $(DEV) browser  ## Run every test, browser included (ARGS="-k word" for some)
	@$(PY) -m pytest -q -n $${TEST_WORKERS:-2} --dist loadscope $(ARGS)

check: $(DEV)  ## Format, lint, types, import contract, templates, migrations, deployment, containers
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	DEBUG=1 $(BIN)/mypy
	DEBUG=1 $(BIN)/lint-imports --no-cache
	$(BIN)/djlint templates --lint --quiet
	DEBUG=1 $(PY) manage.py makemigrations --check
	DEBUG=0 SECRET_KEY="$$($(PY) -c 'import secrets; print(secrets.token_urlsafe(64))')" $(PY) manage.py check --deploy --fail-level WARNING
	$(BIN)/check-jsonschema --builtin-schema vendor.compose-spec docker-compose.yml
	$(BIN)/hadolint Dockerfile

bench: $(DEV)  ## Print ours against the floor (ARGS="--size 1k|10k|1m|10m")
	@DEBUG=$${DEBUG-1} $(PY) -m bench $(ARGS)

faults: $(DEV)  ## Kill workers in the middle of 50,000 deliveries: none lost, none doubled
	@FAULTS=full $(PY) -m pytest -q -m faults $(ARGS)

clean:  ## Remove the environment and everything private, the demo's data too
	@rm -rf .venv var

# A lock that changed installs again; the stamp is written last, so a broken install is repeated.
$(RUNTIME): requirements/runtime.txt | $(PY)
	@echo "Installing what the service needs (about 20 seconds, once)."
	@$(PIP) -r requirements/runtime.txt
	@touch $@

$(DEV): requirements/dev.txt | $(PY)
	@echo "Installing what the tests need (about a minute, once)."
	@$(PIP) -r requirements/dev.txt
	@touch $@ $(RUNTIME)

$(PY):
	@test -n "$(PYTHON)" || { echo "Python 3.11 or newer is needed, and none was found: install it, or say where: make run PYTHON=/path/to/python3.11"; exit 1; }
	@"$(PYTHON)" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || { echo "$(PYTHON) is not Python 3.11 or newer: install one, or name another with PYTHON=."; exit 1; }
	@"$(PYTHON)" -c 'import venv, ensurepip' 2>/dev/null || { echo "Python's venv module is missing (Debian: apt install python3-venv)."; exit 1; }
	@rm -f $(RUNTIME) $(DEV)
	@"$(PYTHON)" -m venv .venv

# Debian's Chromium where apt and the right to use it are there; else one found on the machine.
browser: $(DEV)
	@$(PY) -c "from tests.browsing import find_chromium as f; import sys; sys.exit(f() is None)" \
	  || { [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null && echo "Installing Chromium for the browser tests." \
	       && { apt-get install -y -qq chromium || { apt-get update -qq && apt-get install -y -qq chromium; }; } >/dev/null; } \
	  || { $(PY) -c "from tests.browsing import NO_BROWSER; print(NO_BROWSER)"; exit 1; }
