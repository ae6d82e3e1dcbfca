# make report: publish every edition that has a snapshot into site/
# make test:   run all tests

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
SMALLCAPS := $(BIN)/smallcaps
COMPILE := uv pip compile --quiet --universal --python-version 3.11 --generate-hashes \
	--no-emit-index-url --no-header --no-annotate pyproject.toml

.PHONY: report pdf test check audit bench bench-live bench-archive bench-publish serve sample screenshots gallery lock links clean browser

report: $(VENV)/report.stamp
	@$(SMALLCAPS) run --all

serve: $(VENV)/report.stamp
	@test -f site/index.html || $(MAKE) --no-print-directory report
	@$(SMALLCAPS) serve

pdf: report
	@$(SMALLCAPS) pdf

test: $(VENV)/dev.stamp browser
	@$(BIN)/python -m pytest --numprocesses auto --dist loadfile --no-loadscope-reorder

check: $(VENV)/dev.stamp
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy
	@$(BIN)/lint-imports
	@$(SMALLCAPS) check $(if $(GITHUB_ACTIONS),--github)
	@$(BIN)/python tools/lint_workflows.py
	@$(BIN)/python tools/audit.py

audit: $(VENV)/dev.stamp
	@$(BIN)/python tools/audit.py

# All but the live sources; it takes about half an hour. The parts have targets of their own.
bench: $(VENV)/dev.stamp
	@$(BIN)/python tools/bench.py
	@$(BIN)/python tools/bench_claims.py
	@$(BIN)/python tools/bench_members.py
	@$(BIN)/python tools/bench_publish.py
	@$(BIN)/python tools/bench_archive.py

bench-live: $(VENV)/dev.stamp
	@$(BIN)/python tools/bench_live.py

bench-archive: $(VENV)/dev.stamp
	@$(BIN)/python tools/bench_archive.py $(ARGS)

bench-publish: $(VENV)/dev.stamp
	@$(BIN)/python tools/bench_publish.py $(ARGS)

links: $(VENV)/dev.stamp
	@$(BIN)/python tools/check_links.py

sample: $(VENV)/dev.stamp
	@$(BIN)/python tools/make_sample.py

screenshots: $(VENV)/dev.stamp browser
	@$(BIN)/python tools/screenshots.py

gallery: $(VENV)/dev.stamp
	@$(BIN)/python tools/gallery.py $(DATA)

# Debian's Chromium, only where we may install it and it is not there yet.
browser:
	@if [ "$$(id -u)" = 0 ] && ! command -v chromium >/dev/null && command -v apt-get >/dev/null; then \
		echo "installing Chromium for the browser tests" >&2; \
		apt-get update -qq && apt-get install -y -qq --no-install-recommends chromium fonts-liberation >/dev/null || \
		echo "Chromium could not be installed; tests that need it will say so" >&2; \
	fi

$(VENV)/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
		{ echo "Python 3.11 or newer is needed; name one with: make PYTHON=python3.12" >&2; exit 1; }
	@$(PYTHON) -m venv $(VENV)

$(VENV)/report.stamp: requirements.lock pyproject.toml | $(VENV)/bin/python
	@echo "installing what the report needs into $(VENV)" >&2
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-index --no-deps --no-build-isolation -e .
	@$(BIN)/python -m compileall -q generator
	@touch $@

$(VENV)/dev.stamp: requirements-dev.lock $(VENV)/report.stamp
	@echo "installing what the tests need into $(VENV)" >&2
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-dev.lock
	@touch $@

lock:
	@$(COMPILE) --extra build -o requirements.lock
	@$(COMPILE) --extra build --extra dask --extra dev -c requirements.lock -o requirements-dev.lock

clean:
	@rm -rf build
