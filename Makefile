# make demo   set up, then run the portal with the demo company
# make test   set up, then run every check and test
# make bench  set up, then measure us against a peer
# make lock   pin requirements anew

SHELL := /bin/bash
PYTHON ?= $(shell for one in python3 python3.13 python3.12 python3.11; do \
	$$one -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo $$one && break; done)
BIN := .venv/bin
PG_URL ?= postgres://postgres@127.0.0.1:5432/portal
PACKAGES := libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0 fonts-dejavu-core
WORKERS ?= $(shell $(PYTHON) -c "import os; print((os.cpu_count() or 1) + 1)") # tests often wait for a browser or a worker

.PHONY: demo test setup setup-dev libraries lint format test-sqlite test-postgres bench lock clean

demo: setup
	$(BIN)/python manage.py demo

test: setup-dev lint test-sqlite test-postgres

setup: libraries .venv/.runtime

setup-dev: setup .venv/.dev

libraries:
	@missing=""; \
	for library in libpango-1.0.so.0 libpangoft2-1.0.so.0 libharfbuzz-subset.so.0; do \
		/sbin/ldconfig -p | grep -q "$$library" || missing="$(PACKAGES)"; done; \
	[ -n "$(PYTHON)" ] || { echo "Python 3.11 or later is missing. Install it first: apt-get install python3 python3-venv"; exit 1; }; \
	$(PYTHON) -c 'import ensurepip' 2>/dev/null || missing="$$missing python3-venv"; \
	if [ -n "$$missing" ]; then \
		if [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null; then \
			echo "Installing $$missing"; \
			apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends $$missing >/dev/null; \
		else \
			echo "These system packages are missing. Run: sudo apt-get install --no-install-recommends $$missing"; exit 1; \
		fi; \
	fi

.venv/bin/python:
	$(PYTHON) -m venv .venv

.venv/.runtime: requirements.txt | .venv/bin/python
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.txt
	@touch $@

.venv/.dev: requirements-dev.txt .venv/.runtime
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.txt -r requirements-dev.txt
	@touch $@

lint:
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/djangofmt --check templates
	$(BIN)/lint-imports
	$(BIN)/mypy .
	$(BIN)/python manage.py makemigrations --check --dry-run
	DEBUG=false PORTAL_URL=https://portal.example ALLOWED_HOSTS=portal.example $(BIN)/python manage.py check --deploy --fail-level WARNING

format:
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .
	$(BIN)/djangofmt templates

test-sqlite:
	DATABASE_URL= $(BIN)/python -m pytest -n $(WORKERS)

test-postgres:
	@if $(BIN)/python -c 'import psycopg; psycopg.connect("$(PG_URL)".rsplit("/", 1)[0] + "/postgres", connect_timeout=3).close()' 2>/dev/null; then \
		DATABASE_URL=$(PG_URL) $(BIN)/python -m pytest -n $(WORKERS); \
	elif [ -n "$$REQUIRE_ALL" ]; then \
		echo "PostgreSQL does not answer at $(PG_URL), and everything is required."; exit 1; \
	else \
		echo "SKIPPED: the tests on PostgreSQL, because none answers at $(PG_URL). Set PG_URL to use another."; \
	fi

bench: setup-dev
	$(BIN)/python -m benchmarks

lock: setup-dev
	$(BIN)/uv pip compile -q --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-emit-find-links --upgrade requirements.in -o requirements.txt
	$(BIN)/uv pip compile -q --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-emit-find-links --upgrade requirements-dev.in -o requirements-dev.txt

clean:
	rm -rf .venv var .pytest_cache .mypy_cache .ruff_cache
