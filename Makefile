# The map of the machine: `make demo` and `make test` are all a new user needs.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
# What is installed: what a build needs, what remote places need too, what developers need too.
CORE := $(VENV)/.installed
REMOTE := $(VENV)/.installed-remote
SPARK := $(VENV)/.installed-spark
DAGSTER := $(VENV)/.installed-dagster
STAMP := $(VENV)/.installed-dev
ROOM ?=
# All cores; the tests of one file share what the file has built.
PYTEST := $(BIN)/python -m pytest --numprocesses auto --dist loadfile --no-loadscope-reorder
UV := $(shell command -v uv 2>/dev/null)

.PHONY: demo remote spark dagster parity test quick check format same bench faults study docs lock clean

demo: $(CORE) ## Build the demo company and print the headline and where to open its report
	@$(BIN)/mentorship demo --out data/demo

remote: $(REMOTE) ## Install what SFTP and S3 need

spark: $(SPARK) ## Install what `engine: spark` needs, and Java where apt is

dagster: $(DAGSTER) ## Install Dagster, to run builds as an asset

test: $(STAMP) ## Run every test, or those of one room: make test ROOM=analyses
	$(PYTEST) $(if $(ROOM),tests/$(ROOM))

quick: $(STAMP) ## Run every test but whole builds and loads
	$(PYTEST) -m "not slow" $(if $(ROOM),tests/$(ROOM))

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

parity: $(SPARK) $(STAMP) ## Compare every mart of DuckDB and Spark, value by value (needs Java)
	$(BIN)/python -m tests.parity

bench: $(STAMP) ## Time, memory and growth: the demo build by stage, the impact engine by size, many files, scale
	$(BIN)/python tests/bench.py
	$(BIN)/python -m tests.bench_impact
	$(BIN)/python -m tests.bench_growth
	$(BIN)/python -m tests.bench_scale

faults: $(STAMP) ## Kill builds at many moments and count what is left (half an hour; not part of the tests)
	$(BIN)/python -m tests.faults

study: $(STAMP) ## Run the simulation study of the impact engine (an hour; not part of the tests)
	$(BIN)/python -m tests.study.simulate

docs: $(STAMP) ## Rewrite the reference pages from the code and the dbt project
	$(BIN)/python -m docs.generate

lock: ## Resolve the newest allowed versions into the hashed locks (needs uv)
	$(COMPILE) --upgrade --extra remote --extra dev -o requirements-dev.lock
	cp requirements-dev.lock requirements-remote.lock
	$(COMPILE) --extra remote -o requirements-remote.lock
	cp requirements-dev.lock requirements-spark.lock
	$(COMPILE) --extra spark -o requirements-spark.lock
	cp requirements-dev.lock requirements-dagster.lock
	$(COMPILE) --extra dagster -o requirements-dagster.lock
	cp requirements-dev.lock requirements.lock
	$(COMPILE) -o requirements.lock

COMPILE := uv pip compile --quiet --universal --python-version 3.11 --generate-hashes \
  --no-strip-extras --no-emit-index-url --no-header pyproject.toml

clean: ## Remove the environment, the caches and the demo workspace
	rm -rf $(VENV) data/demo .mypy_cache .ruff_cache .pytest_cache target logs

# A lock with hashes, installed once; a changed lock or pyproject.toml installs again.
$(CORE): requirements.lock pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "mentorship-impact needs Python 3.11 or newer: make PYTHON=python3.11")'
	@echo "Installing into $(VENV), once: half a minute with uv, up to three minutes without it."
	@$(call quietly,$(PYTHON) -m venv $(VENV))
	@$(call quietly,$(INSTALL) --require-hashes -r requirements.lock)
	@$(call quietly,$(INSTALL) --no-deps --no-build-isolation --editable .)
	@touch $@

$(REMOTE): requirements-remote.lock $(CORE)
	@echo "Installing what SFTP and S3 need into $(VENV), once: a few seconds."
	@$(call quietly,$(INSTALL) --require-hashes -r requirements-remote.lock)
	@touch $@

$(SPARK): requirements-spark.lock $(CORE)
	@echo "Installing what Spark needs into $(VENV), once: 450 MB, a few minutes."
	@$(call quietly,$(INSTALL) --require-hashes -r requirements-spark.lock)
	@$(call quietly,$(JAVA))
	@touch $@

$(DAGSTER): requirements-dagster.lock $(CORE)
	@echo "Installing Dagster into $(VENV), once: a minute."
	@$(call quietly,$(INSTALL) --require-hashes -r requirements-dagster.lock)
	@touch $@

$(STAMP): requirements-dev.lock $(CORE)
	@echo "Installing what tests and checks need into $(VENV), once: a minute or two."
	@$(call quietly,$(INSTALL) --require-hashes -r requirements-dev.lock)
	@touch $@ $(REMOTE)

# uv where it is there: it takes a fraction of the time.
INSTALL := $(if $(UV),$(UV) pip install --python $(BIN)/python,$(BIN)/python -m pip --disable-pip-version-check install)
# A Java that Spark runs on, where none is there and apt may install one.
JAVA := java -version || { test "$$(id -u)" -eq 0 && apt-get -q update && { apt-get -q install -y openjdk-17-jre-headless || apt-get -q install -y default-jre-headless; }; }
# What a command says is shown when it fails.
quietly = said=$$($(1) 2>&1) || { printf '%s\n' "$$said"; exit 1; }
