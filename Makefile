# Two words are enough: `make serve` and `make test`.  Everything lands in .venv and .cloudindex.

PYTHON ?= python3
HOST ?= 127.0.0.1
PORT ?= 8000
DATA ?= data
STATE ?= .cloudindex
PARTS ?= all
SIZE ?=
# How many tests run side by side; most of them wait for a service.
WORKERS ?= 2

BIN := .venv/bin
RUNTIME := .venv/.runtime
DEVELOPMENT := .venv/.development
CLIENTS := .venv/.clients
GENERATOR := .venv/.generator
SERVERS := .venv/.servers
EXPLORER := api/explorer/node_modules/.developers
BENCHMARKS := .venv/.benchmarks
INPUTS := pyproject.toml constraints.txt

# Otherwise each of the many processes that tests start would compile all modules anew.
unexport PYTHONDONTWRITEBYTECODE

.PHONY: serve build test check bench clean help

help: ## Say what there is
	@grep -E '^[a-z]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z]+):.*## /make \1\t/'

serve: $(RUNTIME) ## Build the graph from data/ and serve it
	@$(BIN)/cloudindex serve --data "$(DATA)" --state "$(STATE)" --host "$(HOST)" --port "$(PORT)"

build: $(RUNTIME) ## Build the graph from data/
	@$(BIN)/cloudindex build --data "$(DATA)" --state "$(STATE)"

test: $(DEVELOPMENT) $(CLIENTS) $(GENERATOR) $(EXPLORER) $(SERVERS) ## Run every test
	@$(BIN)/pytest --numprocesses=$(WORKERS) --dist=loadfile --no-loadscope-reorder --cov --cov-report=term:skip-covered --cov-fail-under=95
	@echo "The same questions, with the graph on Fuseki"
	@if test -e $(SERVERS); then CLOUDINDEX_TESTED_ENGINE=fuseki $(BIN)/pytest --numprocesses=$(WORKERS) --dist=loadfile --no-loadscope-reorder --no-cov --quiet tests; else echo "Fuseki is not installed."; fi

check: $(DEVELOPMENT) ## Run the linters and the type checker
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy
	@$(BIN)/lint-imports

bench: $(BENCHMARKS) ## Measure what is promised in figures (SIZE=10000000, PARTS="growth mix")
	@$(BIN)/python -m benchmarks $(PARTS) $(if $(SIZE),--size "$(SIZE)")

clean: ## Remove what was installed and built
	rm -rf .venv .cloudindex dist api/explorer/dist api/explorer/node_modules

.venv/bin/python:
	@command -v $(PYTHON) >/dev/null || { echo "Cloud Index needs Python 3.11 or newer; set PYTHON to one."; exit 1; }
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Cloud Index needs Python 3.11 or newer; this is $$($(PYTHON) --version). Set PYTHON to another."; exit 1; }
	@$(PYTHON) -m venv .venv || { echo "Python could not make a virtual environment; on Debian, install python3-venv."; rm -rf .venv; exit 1; }

$(RUNTIME): .venv/bin/python $(INPUTS)
	@echo "Installing Cloud Index into .venv (once)"
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --constraint constraints.txt --editable .
	@touch $@

$(DEVELOPMENT): $(RUNTIME) $(INPUTS)
	@echo "Installing what tests need into .venv (once)"
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --constraint constraints.txt --editable '.[dev]'
	@touch $@

# Without npm there is no stamp, so that it is looked for again, and the tests of that client say why they are skipped.
$(CLIENTS): tests/clients/package.json .venv/bin/python
	@if command -v npm >/dev/null; then \
		echo "Installing the clients of npm into .venv/clients (once)"; \
		mkdir -p .venv/clients && cp $< .venv/clients/ && \
		npm install --prefix .venv/clients --no-audit --no-fund --no-package-lock --omit=dev --loglevel=error && \
		touch $@; \
	else \
		echo "There is no npm: the tests of Comunica will be skipped."; \
	fi

# What checks the explorer's own code, and what its pages are checked with.
$(EXPLORER): api/explorer/package-lock.json .venv/bin/python
	@if command -v npm >/dev/null; then \
		echo "Installing what checks the explorer (once)"; \
		npm ci --prefix api/explorer --ignore-scripts --no-audit --no-fund --loglevel=error && touch $@; \
	else \
		echo "There is no npm: the explorer's own tests will be skipped."; \
	fi

# It needs other versions of what we need, so it has a room of its own.
$(GENERATOR): tests/clients/generator.txt .venv/bin/python
	@echo "Installing the generator of clients into .venv/generator (once)"
	@$(BIN)/python -m venv .venv/generator
	@.venv/generator/bin/python -m pip install --quiet --disable-pip-version-check --requirement $<
	@touch $@

# Other people's servers that Cloud Index runs on, and what makes each of their starts quicker.
$(SERVERS): tests/servers/pom.xml $(DEVELOPMENT)
	@if command -v mvn >/dev/null && command -v java >/dev/null; then \
		echo "Installing Fuseki into .venv/servers (once)"; \
		mvn --quiet --batch-mode --file $< dependency:copy-dependencies -Dservers="$(CURDIR)/.venv/servers" && \
		$(BIN)/python -m tests.servers && touch $@; \
	else \
		echo "There is no Maven or no Java: the tests on Fuseki will be skipped."; \
	fi

$(BENCHMARKS): $(DEVELOPMENT) $(SERVERS) $(INPUTS)
	@echo "Installing what is measured against into .venv (once)"
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --constraint constraints.txt --editable '.[dev,bench]'
	@touch $@
