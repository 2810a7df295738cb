# Two commands for a fresh machine with Python 3.11+: `make suggest` and `make test`.
PYTHON ?= python3
VENV ?= .venv
NOTE ?= corpora/examples/clinic_visit.txt
BIN := $(VENV)/bin

.PHONY: suggest serve test train lock bench clean system

suggest: $(VENV)/.installed
	@$(BIN)/suggester suggest "$(NOTE)"

serve: $(VENV)/.installed
	@$(BIN)/suggester serve --examples

test: $(VENV)/.installed-dev system
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/pytest -n 2 --cov --cov-report=term

train: $(VENV)/.installed
	$(BIN)/suggester train corpora/notes corpora/procedures --out models/default --model-version 1.0.0 --no-learn-wording --measured models/measured.md --force

bench: $(VENV)/.installed-dev
	$(BIN)/python -m tests.benchmarks

# Pins every dependency, with hashes; needs uv.
lock:
	uv pip compile pyproject.toml --universal --python-version 3.11 --generate-hashes --no-emit-index-url -o requirements.lock
	uv pip compile requirements-build.in --universal --python-version 3.11 --generate-hashes --no-emit-index-url -o requirements-build.lock
	uv pip compile pyproject.toml --extra dev --universal --python-version 3.11 --generate-hashes --no-emit-index-url -o requirements-dev.lock

$(VENV)/bin/python:
	$(PYTHON) -c 'import sys; sys.exit("Python 3.11 or newer is needed; set PYTHON=..." if sys.version_info < (3, 11) else 0)'
	$(PYTHON) -m venv $(VENV)

$(VENV)/.installed: requirements.lock requirements-build.lock pyproject.toml | $(VENV)/bin/python
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-build.lock
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	@touch $@

$(VENV)/.installed-dev: $(VENV)/.installed requirements-dev.lock
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-dev.lock
	@touch $@

# A browser and a PostgreSQL server for the tests: found, or installed where that is allowed.
system:
	@sh tests/system_packages.sh

clean:
	rm -rf $(VENV) build dist .mypy_cache .pytest_cache .ruff_cache .coverage .coverage.*
