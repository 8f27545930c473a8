# What this project can do. `make` alone lists it.
.DEFAULT_GOAL := help
PYTHON ?= python3
BIN := .venv/bin
.PHONY: help setup run test check fuzz bench lock screenshots simulate clean

help: ## List what can be made
	@grep -E '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 14

setup: .venv/run.stamp ## Install what running needs, into .venv

.venv/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Python 3.11 or newer is needed; this is " + sys.version.split()[0])'
	$(PYTHON) -m venv .venv

.venv/run.stamp: requirements.lock | .venv/bin/python
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	@touch $@

.venv/dev.stamp: requirements-dev.lock | .venv/bin/python
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-dev.lock
	@touch .venv/run.stamp $@

run: .venv/run.stamp ## Start the bot; without Slack settings, with the sandbox on http://127.0.0.1:3000
	$(BIN)/python app.py serve $(if $(PLAN),--plan "$(PLAN)")

# Databases that live for one test are kept in memory where the machine offers that: nothing is lost by it.
TEST_FILES := $(shell test -w /dev/shm && df -k /dev/shm | awk 'NR == 2 && $$4 > 2000000 {print "/dev/shm"}')

test: .venv/dev.stamp ## Run every test, on SQLite and PostgreSQL; in CI with the coverage floor
	$(if $(TEST_FILES),TMPDIR=$(TEST_FILES)) $(BIN)/python -m pytest -n 4 --dist worksteal $(if $(CI),--cov --cov-report=term:skip-covered)

check: .venv/dev.stamp ## Lint, types, arrows, migrations and templates
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/python -m models.check
	$(BIN)/python -m bot.rendering.check

fuzz: .venv/dev.stamp ## Try 100,000 changed lines, files and requests (CASES=20000 for fewer)
	FUZZ_CASES=$(or $(CASES),100000) $(BIN)/python -m pytest tests/fuzz -n 4 --dist load --timeout 0

bench: .venv/dev.stamp ## Measure speed beside references, in one run (ONLY="board start" for some; docs/performance.md)
	$(BIN)/python -m benchmarks.run $(ONLY)

lock: ## Resolve the requirements again, with hashes (needs uv)
	uv pip compile --universal --generate-hashes --no-emit-index-url --upgrade --python-version 3.11 \
	  --custom-compile-command "make lock" pyproject.toml -o requirements.lock
	uv pip compile --universal --generate-hashes --no-emit-index-url --python-version 3.11 --extra dev \
	  -c requirements.lock --custom-compile-command "make lock" pyproject.toml -o requirements-dev.lock

simulate: .venv/dev.stamp ## Live through a simulated week per seed, with faults, kills and replicas (SEEDS=20 WEEKS=1)
	$(if $(TEST_FILES),TMPDIR=$(TEST_FILES)) $(BIN)/python -m tests.simulation.seeds $(or $(SEEDS),20) --weeks $(or $(WEEKS),1)

screenshots: .venv/dev.stamp ## Make the README's pictures again, in a real browser
	$(BIN)/python -m tests.browser.screenshots docs/images

clean: ## Remove the environment and the sandbox's data
	rm -rf .venv data .pytest_cache .mypy_cache .ruff_cache .hypothesis .coverage
