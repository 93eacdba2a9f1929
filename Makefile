# `make run` and `make test` do their whole set-up themselves; done a second time they need no network.
SHELL := /bin/bash
.ONESHELL:
.SHELLFLAGS := -eu -o pipefail -c
.DELETE_ON_ERROR:
.DEFAULT_GOAL := help

V := .venv
PYTHON ?= python3
PIP := $(V)/bin/python -m pip --quiet --disable-pip-version-check --no-input install
LOCKED := $(PIP) --require-hashes --no-deps
LOCK := uv pip compile -q --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header
FRONT_END := workflow_app/web/static/vendor/kern.min.css workflow_app/documents/fonts/OFL.txt

.PHONY: help run test check mutants fuzz bench bench-engines setup setup-test system messages lock clean

help:
	@echo "make run     start Tandem on this machine, with example data if it is empty (settings: TANDEM_...)"
	@echo "make test    run every test"
	@echo "make check   style, types and the quick tests, on SQLite only"
	@echo "make fuzz    make up Plone workflows and compare with the real DCWorkflow (FUZZ='--count 1000')"
	@echo "make bench-engines  the engine beside DCWorkflow and viewflow.fsm"
	@echo "make bench   what things cost, a line of JSON each (ARGS=--quick, ARGS='growth --cases 1000,20000')"
	@echo "make setup   only bring together what 'make run' needs"
	@echo "make messages  bring the English catalogue up to date and name what has no English"
	@echo "make mutants plant a fault at every place of the shipped workflows and see whether verify finds it (half an hour)"
	@echo "make lock    make the lock files anew (needs uv)"
	@echo "make clean   remove what setup made; data stay"

run: setup
	exec $(V)/bin/tandem run --demo

test: setup-test
	$(V)/bin/python -m pytest -n 2 --dist worksteal

check: setup-test
	$(V)/bin/ruff check
	$(V)/bin/ruff format --check
	$(V)/bin/mypy
	$(V)/bin/python -m pytest -n 2 --dist worksteal -m "not slow" --database=sqlite

fuzz: setup-test
	$(V)/bin/python tests/plone/fuzz.py $(FUZZ)

bench-engines: setup-test
	$(V)/bin/python tests/benchmarks/engine_plone.py

bench: setup-test
	$(V)/bin/python -m tests.benchmarks $(ARGS)

mutants: setup-test
	$(V)/bin/python -m tests.mutants.campaign --out mutants.jsonl

setup: system $(V)/.project $(FRONT_END)

# What only the tests need of Debian comes while pip is at work: each takes half a minute.
setup-test:
	@scripts/system-packages run @test
	scripts/system-packages +test & debian=$$!
	trap 'wait $$debian' EXIT
	$(MAKE) --no-print-directory $(V)/.test $(V)/.project $(FRONT_END)
	trap - EXIT
	wait $$debian

system:
	@scripts/system-packages run

# python3-venv has to be there first; it is one of the Debian packages.
$(V)/bin/python: | system
	@echo "== virtual environment"
	$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Python 3.11 or newer is needed, this is " + sys.version.split()[0])'
	$(PYTHON) -m venv --clear $(V)

# One library is published as source only. Its wheel is made here with the locked tools, not with whatever is newest.
$(V)/.run: requirements/build.txt requirements/run.txt requirements/source.txt | $(V)/bin/python
	@echo "== Python packages"
	$(LOCKED) --only-binary :all: -r requirements/build.txt
	$(LOCKED) --only-binary :all: -r requirements/run.txt
	$(LOCKED) --no-build-isolation --use-pep517 -r requirements/source.txt
	touch $@

$(V)/.test: requirements/test.txt $(V)/.run
	@echo "== Python packages for the tests"
	$(LOCKED) --only-binary :all: -r $<
	touch $@

# Tandem itself, as a pointer to this checkout; its build tools come from a lock too.
$(V)/.project: pyproject.toml $(V)/.run
	@echo "== the command $(V)/bin/tandem"
	$(PIP) --no-index --no-build-isolation --no-deps --editable .
	touch $@

$(FRONT_END) &: package-lock.json scripts/front-end scripts/npm | $(V)/bin/python
	@echo "== front-end files"
	scripts/npm ci --ignore-scripts --silent
	$(V)/bin/python scripts/front-end

messages: $(V)/.run
	@$(V)/bin/python scripts/messages

lock:
	$(LOCK) -o requirements/build.txt requirements/build.in
	$(LOCK) -o requirements/run.txt -c requirements/build.txt --no-emit-package flask-principal pyproject.toml
	$(LOCK) -o requirements/source.txt -c requirements/build.txt --no-deps requirements/source.in
	$(LOCK) -o requirements/test.txt requirements/test.in
	$(LOCK) -o requirements/node.txt requirements/node.in
	scripts/npm install --package-lock-only --ignore-scripts

clean:
	rm -rf $(V) node_modules dist workflow_app/web/static/vendor workflow_app/documents/fonts
