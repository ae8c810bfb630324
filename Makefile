# Everything here works on a fresh machine with Python 3.11 or newer, git and make: scripts/setup does the rest, once.
.DEFAULT_GOAL := help
.PHONY: help setup book check test test-browser lint types layers docs bench bench-quick lock clean

python := .venv/bin/python

# Tests run in this many processes; those of one file stay together and share what they build.
JOBS ?= 2
# More for pytest: make test ARGS="-k footnote"
ARGS ?=

help: ## list the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-12s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

setup:
	@scripts/setup

book: setup ## build the newest edition into output/
	@$(python) build.py build

check: setup ## read the content and report every problem, without building
	@$(python) build.py check

test: setup ## run the tests (JOBS=2, ARGS="-k footnote")
	@$(python) -m pytest -n $(JOBS) --dist loadfile $(ARGS)

test-browser: setup ## run the tests of the web site in Chromium, which has to be installed
	@.venv/bin/pip install --quiet -c constraints.txt -e '.[browser]'
	@$(python) -m pytest tests/browser

lint: setup ## check the code's style and format
	@$(python) -m ruff check --quiet .
	@$(python) -m ruff format --check --quiet .

types: setup ## check the types
	@$(python) -m mypy --strict

layers: setup ## check that imports point one way
	@.venv/bin/lint-imports --no-logo

docs: setup ## make what is made again: schemas/, docs/codes.md, the tables and pictures in docs/
	@$(python) build.py schema --write schemas
	@$(python) scripts/write-codes
	@$(python) scripts/write-examples
	@$(python) scripts/write-pages
	@$(python) scripts/write-printers
	@$(python) scripts/write-printing

bench: setup ## time this and its peers on the same books, and write docs/performance.md (an hour or more)
	@benchmarks/setup
	@$(python) -m benchmarks run --full
	@$(python) -m benchmarks report

bench-quick: setup ## the same on one small book with what is installed, in under three minutes
	@$(python) -m benchmarks run --quick

lock: setup ## renew the exact versions of constraints.txt
	@scripts/lock

clean: ## remove what was built, and the caches
	@rm -rf output build dist .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
	@find . -name __pycache__ -type d -prune -exec rm -rf {} +
