# The commands of the project. Each sets up what it needs in .venv first; only Python 3.11 or newer
# must be there. `make` alone lists them.

PYTHON ?= $(shell command -v python3.11 || command -v python3)
VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip install --quiet --disable-pip-version-check --constraint constraints.txt
# The tools that build packages without a wheel are pinned by the same file.
INSTALL := $(PIP) --build-constraint constraints.txt
PYTEST_ARGS ?=

# More than a small machine has cores: tests wait for groups, elections and timeouts half of the time.
WORKERS ?= 3

# Tests start Python hundreds of times; none of them should compile everything anew.
unexport PYTHONDONTWRITEBYTECODE

.PHONY: help demo test drills check format docs bench soak clean

help:
	@sed -n 's/^\([a-z]*\):.*## /  make \1	/p' Makefile

demo: $(VENV)/ready-for-demo  ## real flights through the broker, killed halfway: nothing may be lost
	$(BIN)/odradek demo

test: $(VENV)/ready-for-work  ## the test suite
	$(BIN)/pytest -n $(WORKERS) --dist loadfile --no-loadscope-reorder $(PYTEST_ARGS)

drills: $(VENV)/ready-for-work  ## what CI adds: conformance, parity with Apache Kafka, longer tests
	$(BIN)/pytest -n $(WORKERS) --dist loadfile --no-loadscope-reorder -m 'drill and not soak' $(PYTEST_ARGS)

check: $(VENV)/ready-for-work  ## format, lint, types, contracts, tidiness, fresh docs
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports --no-logo
	$(BIN)/python -m scripts.reference --check
	$(BIN)/pytest -q tests/architecture tests/docs

format: $(VENV)/ready-for-work  ## rewrite the code in the one format
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

docs: $(VENV)/ready-for-work  ## write docs/reference anew from the code
	$(BIN)/python -m scripts.reference

bench: $(VENV)/ready-for-work  ## side by side with Apache Kafka, and the registry; writes docs/benchmarks
	$(BIN)/python -m benchmarks
	$(BIN)/python -m benchmarks.registry

soak: $(VENV)/ready-for-work  ## the long reliability runs
	$(BIN)/pytest tests -m soak --timeout 0 $(PYTEST_ARGS)

clean:  ## remove the environment and every cache
	rm -rf $(VENV) .mypy_cache .pytest_cache .ruff_cache .hypothesis .import_linter_cache
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

$(BIN)/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
		|| { echo "odradek needs Python 3.11 or newer; name one with: make PYTHON=..." >&2; exit 1; }
	$(PYTHON) -m venv $(VENV)

$(VENV)/ready-for-demo: pyproject.toml constraints.txt | $(BIN)/python
	$(PIP) pip
	$(INSTALL) --editable '.[demo,uvloop]'
	@touch $@

$(VENV)/ready-for-work: $(VENV)/ready-for-demo
	$(INSTALL) --editable '.[demo,uvloop,bench,oidc]' --group dev
	@touch $@
