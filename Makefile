# make run        a first run: scenarios/newsletter.yaml into out/newsletter/
# make test       everything that must hold: style, types, layers, tests
# make test-long  the tests that take minutes
# make test-browser  the pages in a real browser, those that take long included
# make clean      take away what make made

SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := run
.DELETE_ON_ERROR:
.PHONY: run test test-long test-browser clean

VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check --quiet
PYTHON ?= $(shell for candidate in python3.11 python3 python3.12 python3.13 python3.14 python; do \
	"$$candidate" -c 'import sys, venv, ensurepip; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1 \
	&& { echo "$$candidate"; break; }; done)

run: $(VENV)/.installed
	@$(BIN)/mailsim run scenarios/newsletter.yaml --out out/newsletter

test: $(VENV)/.installed-test
	@echo "ruff: style";           $(BIN)/ruff check .
	@echo "ruff: layout";          $(BIN)/ruff format --check --quiet .
	@echo "mypy --strict: types";  $(BIN)/mypy
	@echo "import-linter: layers"; $(BIN)/lint-imports
	@echo "pytest: behaviour";     $(BIN)/python -m pytest -n 2 -q

test-long: $(VENV)/.installed-test
	@$(BIN)/python -m pytest -n 2 -q -m long || { [ $$? -eq 5 ] && echo "no test is marked long"; }

test-browser: $(VENV)/.installed-test
	@$(BIN)/python -m pytest -q -rs -m "long or not long" tests/viz/test_replay_browser.py tests/viz/test_sweep_page.py

$(VENV)/.made:
	@if [ -z "$(PYTHON)" ]; then \
		echo "mailsim needs Python 3.11 or newer, with its venv module, and found none on this machine."; \
		echo "  found: $$(python3 --version 2>&1 || true)"; \
		echo "  Install it (python.org; on Debian or Ubuntu: apt-get install python3 python3-venv) and run make again,"; \
		echo "  or name one: make run PYTHON=/where/it/is/python3.11"; \
		exit 1; \
	fi >&2
	@"$(PYTHON)" -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { \
		echo "mailsim needs Python 3.11 or newer; PYTHON=$(PYTHON) is $$("$(PYTHON)" --version 2>&1 | head -n 1)." >&2; exit 1; }
	@echo "making $(VENV) with $$("$(PYTHON)" --version)"
	@rm -rf $(VENV)
	@"$(PYTHON)" -m venv $(VENV)
	@touch $@

$(VENV)/.installed: $(VENV)/.made pyproject.toml
	@echo "installing mailsim into $(VENV) (a minute or two the first time)"
	@$(PIP) install --editable .
	@touch $@

$(VENV)/.installed-test: $(VENV)/.made pyproject.toml
	@echo "installing mailsim and what its tests need into $(VENV) (a minute or two the first time)"
	@$(PIP) install --editable '.[test]'
	@touch $@ $(VENV)/.installed

clean:
	@rm -rf $(VENV) out build dist .mypy_cache .ruff_cache .import_linter_cache .pytest_cache .hypothesis
	@find sim tests -name __pycache__ -type d -prune -exec rm -rf {} +
