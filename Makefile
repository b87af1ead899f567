# Two commands are enough: `make run` and `make test`. `make help` lists the rest.
PYTHON ?= python3
VENV := .venv/bin/python
# One more than there are processors: a test waits a fifth of its time.
WORKERS ?= $(shell expr $$(getconf _NPROCESSORS_ONLN) + 1)

.PHONY: help run test test-all check clauses bench bench-million chaos reset screenshots format lock pre-commit venv-works

help:  ## this list
	@sed -n 's/^\([a-z-]*\):.*## /\1\t/p' Makefile | expand -t 14

run: .venv/run.stamp venv-works  ## the whole of Imprimatur on this machine, with demo campuses (EMPTY=1: without; PORT=)
	@EMPTY=$(EMPTY) PORT=$(PORT) exec $(VENV) -m config.services.run

test: .venv/dev.stamp  ## the tests in under five minutes, on servers of their own (ARGS= for pytest)
	@$(VENV) -m pytest -n $(WORKERS) --dist loadgroup --quick $(ARGS)

test-all: .venv/dev.stamp  ## every test: those of tests/long.txt too, as CI runs them
	@$(VENV) -m pytest -n $(WORKERS) --dist loadgroup $(ARGS)

check: .venv/dev.stamp  ## lint, types, import arrows, templates, sizes, licences, settings; needs no server
	@$(VENV) -m tools.check

clauses: .venv/dev.stamp  ## every clause of every policy: what enforces it, and the tests that prove it
	@$(VENV) -m tools.clauses

bench: .venv/dev.stamp  ## measurements, one JSON line a figure (ARGS=)
	@$(VENV) -m config.services.run_with -- $(VENV) manage.py bench $(ARGS)

bench-million: .venv/dev.stamp  ## the same with 1,000,000 awards beside a small database; minutes and some GB (ARGS=)
	@$(VENV) -m config.services.run_with -- $(VENV) manage.py bench million $(ARGS)

chaos: .venv/dev.stamp  ## 2,000 badges at each platform while everything is killed at random; minutes (ARGS=)
	@$(VENV) -m config.services.run_with -- $(VENV) -m tools.chaos $(ARGS)

screenshots: .venv/dev.stamp  ## every page for every role, on desk and phone, into screenshots/
	@$(VENV) -m config.services.run_with -- $(VENV) manage.py screenshots $(ARGS)

reset:  ## throw away the data of `make run`
	@$(PYTHON) tools/reset.py

format: .venv/dev.stamp  ## put Python and templates into their standard form
	@$(VENV) -m ruff check --fix --quiet . || true
	@$(VENV) -m ruff format --quiet .
	@.venv/bin/djangofmt --quiet templates

lock: .venv/dev.stamp  ## write the lock files anew from pyproject.toml
	@$(VENV) tools/lock.py $(ARGS)

pre-commit: .venv/dev.stamp  ## run the checks before each commit
	@.venv/bin/pre-commit install

.venv/%.stamp: requirements/%.lock tools/bootstrap.py
	@command -v $(PYTHON) >/dev/null || { echo "There is no $(PYTHON). Install Python 3.11 or later (Debian: python3 python3-venv)."; exit 1; }
	@$(PYTHON) tools/bootstrap.py $*

# An upgrade of the system's Python leaves an environment that does not start.
venv-works:
	@$(VENV) -c "" 2>/dev/null || $(PYTHON) tools/bootstrap.py run
