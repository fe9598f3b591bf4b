# Each act has one command, the same for people and in CI. Python 3.11+, git and make are enough:
# the tools are put into .uv/ and .venv/, what they keep into .cache/. Only `make demo` writes
# elsewhere: into LATCHKEY_HOME.

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.PHONY: help demo test torture soak bench live live-packages browser-packages lint format docs vendor messages screenshots clean

VENV := .venv
BIN := $(VENV)/bin
SYNCED := $(VENV)/.synced
UV := .uv/bin/uv
WORKERS ?= auto
ARGS ?=

export UV_CACHE_DIR ?= $(CURDIR)/.cache/uv
export UV_PYTHON_DOWNLOADS := never
export PIP_DISABLE_PIP_VERSION_CHECK := 1

test torture live lint: export LATCHKEY_HOME := $(CURDIR)/.cache/home

help: ## Show this list
	@sed -n 's/^\([a-z]*\):.*## \(.*\)/  make \1#\2/p' $(firstword $(MAKEFILE_LIST)) | awk -F '#' '{ printf "%-14s %s\n", $$1, $$2 }'
	@echo
	@echo '  ARGS="…" adds arguments: make test ARGS="-k username", make demo ARGS="--contacts 50"'
	@echo '  PYTHON=… chooses the interpreter, WORKERS=… how many tests run at once'

demo: $(SYNCED) ## Do the whole job before your eyes, on practice data
	@$(BIN)/latchkey demo $(ARGS)

test: $(SYNCED) ## Run all tests; live ones are skipped with the reason where they cannot be had
	@$(BIN)/python -m pytest -n $(WORKERS) --dist loadgroup $(ARGS)

# KILLS, SEED and FIRST (the number of the first bout) choose: make torture ARGS="KILLS=30 FIRST=7"
torture: $(SYNCED) ## Kill Latchkey a thousand times, on every database and queue
	@env $(foreach one,$(ARGS),TORTURE_$(one)) $(BIN)/python -m pytest -n 0 tests/torture/many.py

soak: $(SYNCED) ## Let contacts arrive for ten minutes; memory and backlog may not grow
	@PYTHONPATH=tests:. $(BIN)/python -m bench.soak $(ARGS)

bench: $(SYNCED) ## Measure what the documents say of speed, latency and memory
	@PYTHONPATH=tests:. $(BIN)/python -m bench $(ARGS)

live: $(SYNCED) ## Run the tests against real systems; fail where they cannot be had
	@LATCHKEY_LIVE=require $(BIN)/python -m pytest -m live $(ARGS)

# Fetched beforehand so that no test waits for them.
live-packages: $(SYNCED)
	@PYTHONPATH=tests LATCHKEY_LIVE=require $(BIN)/python -m live.packages

browser-packages: $(SYNCED)
	@PYTHONPATH=tests CI=true $(BIN)/python -m browser.having

lint: $(SYNCED) ## Check style, form, types and the arrows between layers
	@$(BIN)/ruff check
	@$(BIN)/ruff format --check --quiet || { echo 'make format would help'; exit 1; }
	@$(BIN)/mypy
	@$(BIN)/lint-imports

format: $(SYNCED) ## Bring the code into its form
	@$(BIN)/ruff format
	@$(BIN)/ruff check --fix

docs: $(SYNCED) ## Build the documentation site into .cache/site
	@$(BIN)/python -m latchkey.sites.table docs/connectors/index.md
	@$(BIN)/zensical build --strict --clean

vendor: $(SYNCED) ## Fetch the pages' styles and scripts anew, with npm
	@$(BIN)/python tools/vendor.py

messages: $(SYNCED) ## Renew the catalogues of translations, with gettext
	@$(BIN)/python tools/messages.py

screenshots: $(SYNCED) ## Make the pictures in docs/screenshots anew, on practice data
	@PYTHONPATH=tests CI=true $(BIN)/python tools/screenshots.py

clean: ## Remove what was made here, the tools too
	@rm -rf .uv $(VENV) .cache .mypy_cache .pytest_cache .ruff_cache .import_linter_cache .hypothesis

$(SYNCED): pyproject.toml uv.lock $(UV)
	@echo 'Preparing $(VENV) …'
	@$(UV) sync --locked --quiet --python .uv/bin/python
	@touch $@

# The first interpreter that is new enough; a name in the PATH may lead nowhere, so each is run.
NEW_ENOUGH := import sys, venv, ensurepip; sys.exit(sys.version_info < (3, 11))

$(UV):
	@for python in $(or $(PYTHON),python3 python3.13 python3.12 python3.11 python3.14); do \
	    if "$$python" -c '$(NEW_ENOUGH)' 2>/dev/null; then found="$$python"; break; fi; \
	done; \
	if [ -z "$$found" ]; then \
	    echo 'Latchkey needs Python 3.11 or later, with venv (on Debian: python3-venv).' >&2; \
	    echo 'None was found; PYTHON=/path/to/python3 names one.' >&2; \
	    exit 1; \
	fi; \
	echo "Preparing .uv with $$("$$found" --version) …"; \
	"$$found" -m venv --clear .uv && .uv/bin/python -m pip install --quiet 'uv>=0.8,<1'
	@touch $@
