# What this project can do. `make` alone lists it.
.DEFAULT_GOAL := help
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
# A lock is complete, so nothing is resolved: what came out since it was made changes nothing.
INSTALL = $(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --require-hashes -r
VERIFY = @$(BIN)/python -m pip --disable-pip-version-check check || { \
  echo "$(VENV) holds packages that do not fit together. Remove $(VENV), then try the same again."; exit 1; }
.PHONY: help setup run test check fuzz bench lock pythons screenshots simulate architecture clean

help: ## List what can be made
	@grep -E '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 14

setup: $(VENV)/run.stamp ## Install what running needs, into .venv (PYTHON=python3.13 for another Python)

$(BIN)/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Python 3.11 or newer is needed; this is " + sys.version.split()[0] + ". Name another, such as PYTHON=python3.13")'
	$(PYTHON) -m venv $(VENV) || { rm -f $@; exit 1; }

$(VENV)/run.stamp: requirements.lock | $(BIN)/python
	$(INSTALL) requirements.lock
	$(VERIFY)
	@touch $@

$(VENV)/dev.stamp: requirements-dev.lock | $(BIN)/python
	$(INSTALL) requirements-dev.lock
	$(VERIFY)
	@touch $(VENV)/run.stamp $@

run: $(VENV)/run.stamp ## Start the bot; without Slack settings, with the sandbox on http://127.0.0.1:3000
	$(BIN)/python app.py serve $(if $(PLAN),--plan "$(PLAN)")

# Databases that live for one test are kept in memory where the machine offers that: nothing is lost by it.
TEST_FILES := $(shell test -w /dev/shm && df -k /dev/shm | awk 'NR == 2 && $$4 > 2000000 {print "/dev/shm"}')

# The tests start the bot often, and each worker loads every test: what one compiles, the others read.
test: $(VENV)/dev.stamp ## Run every test, on SQLite and PostgreSQL; in CI with the coverage floor
	PYTHONDONTWRITEBYTECODE= $(if $(TEST_FILES),TMPDIR=$(TEST_FILES)) $(BIN)/python -m pytest -n 4 --dist worksteal $(if $(CI),--cov --cov-report=term:skip-covered)

check: $(VENV)/dev.stamp ## Lint, types, arrows, migrations and templates
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/python -m models.check
	$(BIN)/python -m bot.rendering.check

fuzz: $(VENV)/dev.stamp ## Try 100,000 changed lines, files and requests (CASES=20000 for fewer)
	FUZZ_CASES=$(or $(CASES),100000) $(BIN)/python -m pytest tests/fuzz -n 4 --dist load --timeout 0

bench: $(VENV)/dev.stamp ## Measure speed beside references, in one run (ONLY="board start" for some; docs/performance.md)
	$(BIN)/python -m benchmarks.run $(ONLY)

LOCK = uv pip compile --quiet --universal --generate-hashes --no-emit-index-url --python-version 3.11 \
  --custom-compile-command "make lock" $(if $(UPGRADE),--upgrade) pyproject.toml

lock: ## Resolve what pyproject.toml asks for, with hashes (needs uv); UPGRADE=1 takes the newest versions
	$(LOCK) -o requirements.lock
	$(LOCK) --extra dev -c requirements.lock -o requirements-dev.lock

pythons: $(VENV)/dev.stamp ## Set up in a fresh environment of each Python from 3.11 on this machine, and import everything
	$(BIN)/python -m tests.setup.pythons

simulate: $(VENV)/dev.stamp ## Live through a simulated week per seed, with faults, kills and replicas (SEEDS=20 WEEKS=1)
	$(if $(TEST_FILES),TMPDIR=$(TEST_FILES)) $(BIN)/python -m tests.simulation.seeds $(or $(SEEDS),20) --weeks $(or $(WEEKS),1)

screenshots: $(VENV)/dev.stamp ## Make the README's pictures again, in a real browser
	$(BIN)/python -m tests.browser.screenshots docs/images

architecture: $(VENV)/dev.stamp ## Draw the pictures in docs/architecture.md again, from the contracts and the imports
	$(BIN)/python -m tests.structure.architecture docs/architecture.md

clean: ## Remove the environment and the sandbox's data
	rm -rf .venv data .pytest_cache .mypy_cache .ruff_cache .hypothesis .coverage
