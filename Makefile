# Steentje. Each target sets up all that it needs by itself.
PYTHON ?= python3
BIN := .venv/bin
CHROMIUM ?= $(shell command -v chromium 2>/dev/null || command -v chromium-browser 2>/dev/null || command -v google-chrome 2>/dev/null)

# Tests that start the real server, or take long: not among the fast ones.
NOT_FAST := browser $(addprefix test_,$(addsuffix .py,assets beside_live bytes console_forms faults listening_restarts listening_sealed live lost_line own_bytes rooms_render same_bytes series silence trends two_leads)) \
	$(addprefix activities/test_,$(addsuffix .py,listening_anew listening_heard listening_phone pairs pairs_with_help remote transitions written)) \
	domain/test_grouping.py
# These start the real server and wait for it: one after another. All others run on all cores.
SERVED := browser $(addprefix test_,$(addsuffix .py,assets beside_live bytes console_forms deploy faults live lost_line series silence trends two_leads))
AT_ONCE := tests $(SERVED:%=--ignore=tests/%)

.PHONY: run demo check format test test-all pictures bench lock clean

run: .venv/ready            ## serve, and print the links
	@$(BIN)/python wsgi.py

demo: .venv/ready           ## a conversation that plays itself, in a scratch folder
	@$(BIN)/python -m facilitator.cli demo

check: .venv/ready-dev      ## format, lint, types, fast tests: under 60 s
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/python -m pytest tests $(NOT_FAST:%=--ignore=tests/%) -m "not long" -n auto

format: .venv/ready-dev
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

test: .venv/ready-dev chromium   ## all tests but the long ones: under 15 minutes
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/python -m pytest $(AT_ONCE) -m "not long" -n auto
	$(BIN)/python -m pytest $(SERVED:%=tests/%) -m "not long" --durations=10

test-all: .venv/ready-dev chromium
	$(BIN)/python -m pytest $(AT_ONCE) -n auto
	$(BIN)/python -m pytest $(SERVED:%=tests/%)

pictures: .venv/ready-dev chromium   ## every page and state, into pictures/
	$(BIN)/python -m tests.browser.pictures

bench: .venv/ready-dev
	$(BIN)/python -m bench.load --phones 100 300

lock:                       ## pin the dependencies anew; needs uv
	uv pip compile --universal --python-version 3.11 --generate-hashes --no-header --no-emit-index-url -q requirements.in -o requirements.txt
	uv pip compile --universal --python-version 3.11 --generate-hashes --no-header --no-emit-index-url -q requirements-dev.in -o requirements-dev.txt

.venv/ready: requirements.txt
	@test -x $(BIN)/python || $(PYTHON) -m venv .venv
	@$(BIN)/pip install --quiet --disable-pip-version-check --require-hashes -r requirements.txt
	@$(BIN)/python -m compileall -q facilitator wsgi.py
	@touch $@

.venv/ready-dev: requirements-dev.txt .venv/ready
	@$(BIN)/pip install --quiet --disable-pip-version-check --require-hashes -r requirements-dev.txt
	@touch $@

chromium:
	@if [ -n "$(CHROMIUM)" ]; then exit 0; fi; \
	if command -v apt-get >/dev/null && [ "$$(id -u)" = 0 ]; then \
	  apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends chromium fonts-liberation >/dev/null; \
	else echo "The browser tests need Chromium. Install it (Debian: apt-get install chromium) and run this again." >&2; exit 2; fi

clean:
	rm -rf .venv pictures .mypy_cache .ruff_cache .pytest_cache
