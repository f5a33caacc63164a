# For contributors and the hurried: everything sets itself up. `make run` is the whole path, `make check` is what CI runs.
# uv is used where it is present and not needed; both install the versions of requirements/*.txt.

VENV := .venv
BIN := $(VENV)/bin
UV := $(shell command -v uv 2>/dev/null)
# The first Python from 3.11 on; `make PYTHON=/path/to/python run` chooses another.
PYTHON ?= $(shell for p in python3 python3.13 python3.12 python3.11 python; do \
	$$p -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo $$p && break; done)
COV_FLOOR ?= 80
WORKERS ?= 2

ifdef UV
MAKE_VENV = $(UV) venv --quiet --allow-existing --python $(or $(PYTHON),'>=3.11') $(VENV)
INSTALL = $(UV) pip install --quiet --python $(BIN)/python
else
MAKE_VENV = $(PYTHON) -m venv $(VENV)
INSTALL = $(BIN)/python -m pip install --quiet --disable-pip-version-check --no-input
endif

RUN_READY := $(VENV)/.ready-run
DEV_READY := $(VENV)/.ready-dev

.PHONY: help run demo test check lint types imports spelling tests docs wheel bench audit lock clean

help:
	@echo "make run     set up, run the defaulter list, end with the report's path and six figures"
	@echo "make test    set up and run the tests"
	@echo "make check   everything CI runs"
	@echo "make docs    build the documentation into docs/_build/html"
	@echo "make bench   the engine's speed as ratios, written to bench/results"
	@echo "make clean   remove what was built (keeps recordings in runs/)"

# --- setting up: stamped, so that it is done again only when pyproject.toml or the locked versions change ---------------------

$(BIN)/python:
	@if [ -z "$(UV)$(PYTHON)" ]; then echo "glasshouse needs Python 3.11 or newer; none was found. Install one, or: make PYTHON=/path/to/python run" >&2; exit 2; fi
	@echo "setting up $(VENV) ..."
	@$(MAKE_VENV) || { rm -rf $(VENV); echo "Could not make $(VENV). On Debian and Ubuntu: apt install python3-venv" >&2; exit 2; }

$(RUN_READY): pyproject.toml requirements/run.txt | $(BIN)/python
	@echo "installing glasshouse and what it needs ..."
	@$(INSTALL) -r requirements/run.txt -e .
	@touch $@

$(DEV_READY): pyproject.toml requirements/dev.txt | $(BIN)/python
	@echo "installing glasshouse, its tests and tools ..."
	@$(INSTALL) -r requirements/dev.txt -e .
	@touch $(RUN_READY) $@

# --- using it -------------------------------------------------------------------------------------------------------------------

run: $(RUN_READY)
	@$(BIN)/glasshouse run defaulter-list

demo: $(RUN_READY)
	@$(BIN)/glasshouse demo

test: $(DEV_READY)
	$(BIN)/python -m pytest -n $(WORKERS)

# --- what CI runs ---------------------------------------------------------------------------------------------------------------

check: lint types imports spelling docs wheel tests

# Two at a time, and the tests after all others: they use every core, and find the kernels that the wheel has compiled.
ifeq ($(MAKECMDGOALS),check)
MAKEFLAGS += -j2
tests: | lint types imports spelling docs wheel
endif

lint: $(DEV_READY)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

types: $(DEV_READY)
	$(BIN)/mypy --strict

imports: $(DEV_READY)
	$(BIN)/lint-imports --no-cache

spelling: $(DEV_READY)
	$(BIN)/codespell

tests: $(DEV_READY)
	$(BIN)/python -m pytest -n $(WORKERS) --cov --cov-report=term:skip-covered --cov-fail-under=$(COV_FLOOR)

docs: $(DEV_READY)
	$(BIN)/sphinx-build -q -W --keep-going -b html docs docs/_build/html

wheel: $(DEV_READY)
	rm -rf dist
	$(BIN)/python -m build --wheel --outdir dist . >/dev/null
	$(BIN)/python .ci/wheel.py dist

# --- now and then ---------------------------------------------------------------------------------------------------------------

# Those compared come from outside and are installed for this alone.
bench: $(DEV_READY)
	@$(INSTALL) -r requirements/bench.txt -e '.[bench]'
	$(BIN)/python -m bench

# Asks a live service about known faults, so it is not a part of `check`: a green tree must not turn red on its own.
audit: $(DEV_READY)
	$(BIN)/pip-audit --strict --no-deps --disable-pip --requirement requirements/run.txt

# Needs uv. One resolution for every platform and Python; names and versions only.
lock:
	uv pip compile --quiet --universal --no-annotate --no-header --group pyproject.toml:dev pyproject.toml -o requirements/dev.txt
	uv pip compile --quiet --universal --no-annotate --no-header -c requirements/dev.txt pyproject.toml -o requirements/run.txt
	uv pip compile --quiet --universal --no-annotate --no-header -c requirements/dev.txt --extra bench pyproject.toml -o requirements/bench.txt

clean:
	rm -rf build dist docs/_build htmlcov coverage.xml .coverage .coverage.* .pytest_cache .mypy_cache .ruff_cache .hypothesis .import_linter_cache
	find src tests docs -name __pycache__ -type d -prune -exec rm -rf {} +
