# On the Record. `make demo` shows it, `make test` tests it; `make help` lists the rest.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
# The CPU build: from where your pip finds one, or from the address in TORCH_INDEX (see README.md).
TORCH := torch==2.13.0
TORCH_INDEX ?=
PIP := $(BIN)/python -m pip install --quiet --disable-pip-version-check

.DEFAULT_GOAL := help
.PHONY: help setup demo up test check quality calibrate bench clean

help: ## List what can be made
	@awk -F ':.*## ' '/^[a-z]+:.*## /{printf "make %-10s %s\n", $$1, $$2}' Makefile

setup: $(VENV)/.ready ## Make the environment in .venv

demo: $(VENV)/.ready ## Show everything on the bundled recorded stream
	@$(BIN)/onrecord demo

up: $(VENV)/.ready ## Watch the feeds of sources.toml
	@$(BIN)/onrecord up

check: $(VENV)/.ready-test ## Format, lint, types and import directions
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports

test: $(VENV)/.ready-test chromium check ## Run all tests
	$(BIN)/python -m pytest

quality: $(VENV)/.ready ## Print the measured quality, one JSON object a line
	@$(BIN)/onrecord quality

calibrate: $(VENV)/.ready ## Fit the confidence of statements anew (needs the annotated articles in ../shared)
	@$(BIN)/python -m processors.quality.calibration ../shared/data/statements/own

bench: $(VENV)/.ready ## Print the measured speed, one JSON object a line
	@$(BIN)/onrecord bench

clean: ## Remove the environment and what tests and builds left behind
	rm -rf $(VENV) build dist *.egg-info .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache

$(VENV)/.torch:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
	  { echo "Python 3.11 or newer is needed; name one with: make PYTHON=python3.12 $(MAKECMDGOALS)" >&2; exit 2; }
	@$(PYTHON) -m venv $(VENV) || \
	  { echo "cannot make a virtual environment; on Debian: apt-get install python3-venv" >&2; exit 2; }
	@echo "installing $(TORCH), the CPU build (200 MB) ..."
	@$(PIP) $(if $(TORCH_INDEX),--index-url $(TORCH_INDEX)) $(TORCH)
	@touch $@

# A change of the metadata installs again; the code itself is used from where it lies.
$(VENV)/.ready: $(VENV)/.torch pyproject.toml
	@echo "installing onrecord and what it needs (500 MB) ..."
	@$(PIP) --editable '.[embedded]'
	@touch $@

$(VENV)/.ready-test: $(VENV)/.ready
	@echo "installing what the tests need ..."
	@$(PIP) --editable '.[embedded,test]'
	@touch $@

# Browser tests use the system's chromium; where it may not be installed here they are skipped and say so.
.PHONY: chromium
chromium:
	@command -v chromium >/dev/null 2>&1 || command -v chromium-browser >/dev/null 2>&1 || \
	  { command -v apt-get >/dev/null 2>&1 && [ "$$(id -u)" = 0 ] && \
	    echo "installing chromium for the browser tests ..." && \
	    apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq chromium >/dev/null; } || \
	  echo "there is no chromium and it cannot be installed here: browser tests will be skipped"
