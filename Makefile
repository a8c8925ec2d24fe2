# Kreisatlas. Needs Python >= 3.11, Node >= 20, make, and a network to the usual package registries.

.DEFAULT_GOAL := install
SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
.DELETE_ON_ERROR:

PYTHON ?= python3
HOST ?= 127.0.0.1
PORT ?= 8080
KREISATLAS_WORKSPACE ?= workspace
export KREISATLAS_WORKSPACE

BIN := .venv/bin
VIEWER := service/viewer/index.html
RELEASE := $(KREISATLAS_WORKSPACE)/releases/current
WEB_SOURCES := $(shell find web/src web/public -type f 2>/dev/null) $(wildcard web/*.html web/*.ts web/*.json)
PEERS := .cache/bench/peers
UV := $(BIN)/uv pip install --quiet --python $(BIN)/python

.PHONY: install run test check unit bench clean system

install: .venv/.installed $(VIEWER)

run: install $(RELEASE)
	@echo "Kreisatlas: http://$(HOST):$(PORT)"
	@exec $(BIN)/kreisatlas serve --host $(HOST) --port $(PORT)

test: check unit

# -- set-up ------------------------------------------------------------------------------------------------------

.venv/bin/uv: requirements-uv.lock
	@echo "Python: environment"
	@$(PYTHON) -c 'import sys; sys.exit("Python 3.11 or newer is needed" if sys.version_info < (3, 11) else 0)'
	@$(PYTHON) -m venv .venv
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-uv.lock
	@touch $@

.venv/.installed: .venv/bin/uv requirements.lock pyproject.toml hatch_build.py spatial/statistics/outlines.c
	@echo "Python: packages"
	@$(UV) --require-hashes -r requirements.lock
	@# Always built anew: uv may remember a build of which git clean has removed the compiled library.
	@$(UV) --no-deps --reinstall-package kreisatlas --editable .
	@touch $@

.venv/.installed-dev: .venv/.installed requirements-dev.lock
	@echo "Python: packages for tests"
	@$(UV) --require-hashes -r requirements-dev.lock
	@touch $@

web/node_modules/.package-lock.json: web/package.json web/package-lock.json
	@echo "Viewer: packages"
	@cd web && npm ci --no-audit --no-fund --loglevel=error
	@touch $@

$(VIEWER): web/node_modules/.package-lock.json $(WEB_SOURCES)
	@echo "Viewer: build"
	@cd web && npm run --silent build
	@touch $@

$(KREISATLAS_WORKSPACE)/store.gpkg: | .venv/.installed
	@$(BIN)/kreisatlas init --demo

$(RELEASE): | $(KREISATLAS_WORKSPACE)/store.gpkg
	@$(BIN)/kreisatlas publish --message "Bundled data of Hessen"

# -- checks and tests --------------------------------------------------------------------------------------------

system:
	@bash tests/system_packages.sh

check: .venv/.installed-dev $(VIEWER)
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/deptry .
	$(BIN)/python -m service.typescript --check web/src/api-types.ts
	@! grep -nE 'https?://' requirements.lock requirements-dev.lock requirements-uv.lock
	@! grep -n '"resolved"' web/package-lock.json
	cd web && npm run --silent check

unit: .venv/.installed-dev $(VIEWER) system
	@# A file is one process's: what its tests share is made once.
	$(BIN)/python -m pytest -n 2 --dist loadfile --no-loadscope-reorder

# Single rows: make bench ROWS="--only local-moran"
bench: $(PEERS)/.installed
	@$(PEERS)/bin/python -m bench $(ROWS)

$(PEERS)/.installed: .venv/.installed bench/peers.txt
	@echo "Benchmarks: peers"
	@$(BIN)/uv venv --quiet --clear --python $(BIN)/python $(PEERS)
	@$(BIN)/uv pip install --quiet --python $(PEERS)/bin/python -r requirements.lock -r bench/peers.txt
	@touch $@

clean:
	rm -rf .venv web/node_modules service/viewer .mypy_cache .ruff_cache .pytest_cache dist spatial/statistics/outlines.library
