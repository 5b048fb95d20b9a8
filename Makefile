# The map of the machine: `make demo` and `make test` are all a new user needs.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.installed

.PHONY: demo test check format same bench faults study docs lock clean

demo: $(STAMP) ## Build the demo company and print the headline and where to open its report
	$(BIN)/mentorship demo --out data/demo

test: $(STAMP) ## Run every test
	$(BIN)/python -m pytest

check: $(STAMP) ## Lint, types and format, of Python and of SQL
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/sqlfluff lint models --processes 2

format: $(STAMP) ## Rewrite the code in the one format
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .
	$(BIN)/sqlfluff fix models

same: $(STAMP) ## Compare what REV and this checkout publish, row by row: make same REV=main~1
	$(BIN)/python -m tests.same $(REV)

bench: $(STAMP) ## Time, memory and growth: the demo build by stage, the impact engine by company size
	$(BIN)/python tests/bench.py
	$(BIN)/python -m tests.bench_impact

faults: $(STAMP) ## Kill builds at many moments and count what is left (half an hour; not part of the tests)
	$(BIN)/python -m tests.faults

study: $(STAMP) ## Run the simulation study of the impact engine (an hour; not part of the tests)
	$(BIN)/python -m tests.study.simulate

docs: $(STAMP) ## Rewrite the reference pages from the code and the dbt project
	$(BIN)/python docs/generate.py

lock: ## Resolve the newest allowed versions into the hashed lock (needs uv)
	uv pip compile --universal --python-version 3.11 --generate-hashes --no-strip-extras \
	  --no-emit-index-url --no-header --upgrade --extra dev pyproject.toml -o requirements.lock

clean: ## Remove the environment, the caches and the demo workspace
	rm -rf $(VENV) data/demo .mypy_cache .ruff_cache .pytest_cache target logs

# A lock with hashes, installed once; a changed lock or pyproject.toml installs again.
$(STAMP): requirements.lock pyproject.toml
	$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "mentorship-impact needs Python 3.11 or newer: make PYTHON=python3.11")'
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	touch $@
