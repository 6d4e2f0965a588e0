# Every target makes the environment it needs; only python3 (3.11 or newer) and make must be there.
PYTHON ?= python3
VENV   := .venv
BIN    := $(VENV)/bin
STAMP  := $(VENV)/.installed
# Tests run on all cores; on one core pytest-xdist would only cost time.
WORKERS ?= auto

.DEFAULT_GOAL := help
.PHONY: help demo test quick soak spark stand-ins check lint bench ui screenshots constraints clean

help: ## Show what can be made
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | awk -F ':.*## ' '{printf "  make %-12s %s\n", $$1, $$2}'

$(STAMP): constraints.txt pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Python 3.11 or newer is needed; this is " + sys.version.split()[0] + ". Set PYTHON=…")'
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --require-hashes -r constraints.txt
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	@touch $@

demo: $(STAMP) ## Materialize the example through Dagster, then see it retry, drift and break
	@$(BIN)/python -m tools.demo

test: $(STAMP) ## Run all tests in parallel
	$(BIN)/python -m pytest -n $(WORKERS) --dist worksteal

quick: $(STAMP) ## Run the tests that take less than a few seconds each
	$(BIN)/python -m pytest -n $(WORKERS) --dist worksteal -m "not slow and not soak and not spark"

soak: $(STAMP) ## Run the long suites: many more worlds, processes and faults
	$(BIN)/python -m pytest -n $(WORKERS) --dist worksteal -m soak

spark: $(STAMP) ## Ask Spark itself what is written for Databricks (needs Java; takes a while to build)
	$(BIN)/python -m pytest -m spark tests/adapters/warehouses/test_spark.py

stand-ins: $(STAMP) ## Build the environments of what stands in for services in tests
	$(BIN)/python -m tools.stand_ins

check: $(STAMP) lint test ## Format, lint, types, import contracts and all tests

lint: $(STAMP) ## Format, lint, types and import contracts
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports

bench: $(STAMP) ## Measure against the peers, each in its own environment, in the same run
	$(BIN)/python -m benchmarks.compile
	$(BIN)/python -m benchmarks.run
	$(BIN)/python -m benchmarks.scale
	$(BIN)/python -m benchmarks.dagster_load
	$(BIN)/python -m benchmarks.state
	$(BIN)/python -m benchmarks.services

ui: $(STAMP) ## Open the asset graph of the example project in Dagster's web interface
	@$(BIN)/python -m tools.ui

screenshots: $(STAMP) ## Take the pictures of docs/images anew (needs Chromium)
	@$(BIN)/python -m tools.screenshots

constraints: $(STAMP) ## Rewrite constraints.txt (pins and hashes, no addresses) from pyproject.toml
	$(BIN)/python -m tools.constraints

clean: ## Remove the environment and every cache
	rm -rf $(VENV) .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache build dist *.egg-info
