# The commands of Kith; `make` alone lists them.
SHELL := /bin/sh
PYTHON ?= python3
VENV := .venv
TEST_DATA ?= var/test
RUN := $(VENV)/bin/python
export KITH_DATA PORT WEB

.DEFAULT_GOAL := help
.PHONY: help up reload test test-page test-long demo soak load crash sybil check bench bench-money bench-socket \
	bench-graph bench-risk risk-lab lock-neo4j install install-dev

help: ## list the commands
	@grep -E '^[a-z0-9-]+:.*## ' $(MAKEFILE_LIST) | awk -F':.*## ' '{printf "  make %-15s %s\n", $$1, $$2}'

install: ## make the virtual environment
	@$(PYTHON) config/bootstrap.py requirements.txt

install-dev:
	@$(PYTHON) config/bootstrap.py requirements-dev.txt

up: install ## start everything and show the log until Ctrl-C (PORT=8000 KITH_DATA=var WEB=1)
	@exec $(RUN) -m config.up

reload: install ## have what `make up` started bring up the code that is there now, without a pause
	@exec $(RUN) -m config.reload

# Two processes, each with engines of its own. A choice of tests is passed by one process.
test: install-dev ## pass the tests on engines of their own (ARGS="-k envelope")
ifeq ($(ARGS),)
	@KITH_DATA=$(TEST_DATA) $(RUN) -m pytest -m "not long and not browser" \
		-n 2 --dist loadfile --no-loadscope-reorder --max-worker-restart 0
else
	@KITH_DATA=$(TEST_DATA) $(RUN) -m pytest -m "not long" $(ARGS)
endif

# By one process, because two browsers on two cores starve each other's pages.
test-page: install-dev ## pass the tests of the page in a browser
	@KITH_DATA=$(TEST_DATA) $(RUN) -m pytest -m "browser and not long" $(ARGS)

test-long: install-dev ## pass the tests that take longer: kills, restarts, large data
	@KITH_DATA=$(TEST_DATA) $(RUN) -m pytest -m long --timeout 300 $(ARGS)

check: install-dev ## all that CI checks besides the tests
	@$(VENV)/bin/ruff format --check --quiet . || (echo "run: .venv/bin/ruff format ." && false)
	@$(VENV)/bin/ruff check --quiet .
	@$(VENV)/bin/mypy --no-error-summary
	@$(VENV)/bin/lint-imports > .lint-imports.log || (cat .lint-imports.log && false)
	@KITH_DATA=$(TEST_DATA) $(RUN) manage.py makemigrations --check --dry-run > /dev/null
	@KITH_DATA=$(TEST_DATA) $(RUN) -m pytest -q tests/test_architecture.py
	@echo "all checks pass"

demo: install ## replay a conversation with money and prove it (CONVERSATION=file SPEED=20000 SEED=1 KILL=web,worker)
	@exec $(RUN) -m config.demo $(if $(CONVERSATION),--conversation "$(CONVERSATION)") \
		$(if $(SPEED),--speed "$(SPEED)") $(if $(SEED),--seed "$(SEED)") $(if $(KILL),--kill "$(KILL)") $(ARGS)

soak: install ## replay recorded rooms, kill web processes and the bus, compare every record (MINUTES=10 SEED=1)
	@exec $(RUN) -m config.demo.soak $(if $(MINUTES),--minutes "$(MINUTES)") \
		$(if $(SEED),--seed "$(SEED)") $(if $(ROOMS),--rooms "$(ROOMS)") $(ARGS)

load: install ## drive a private instance to its limit, three stages at 2 : 2 : 1, and prove it (ARGS="--people 60")
	@exec $(RUN) -m config.load $(ARGS)

crash: install ## kill web, worker and PostgreSQL under people who pay, and prove every law (KILLS=50 SEED=1)
	@exec $(RUN) -m config.crash $(if $(KILLS),--kills "$(KILLS)") $(if $(SEED),--seed "$(SEED)") $(ARGS)

sybil: install ## attack a private instance with fake accounts, prove what is lost at most (ARGS="--attack 4:80")
	@exec $(RUN) -m config.sybil $(ARGS)

risk-lab: install ## open a copy of the graph, read-only, for Neo4j Browser and notebooks until Ctrl-C (ARGS=--help)
	@exec $(RUN) -m config.lab $(ARGS)

lock-neo4j: install ## resolve Neo4j's jars anew and write the lock
	@$(RUN) -m config.engines.jars

bench: bench-money bench-socket bench-graph ## measure ours beside peers and the floor; see bench/README.md

bench-money: install-dev ## measure transfers, envelopes and bills at the peak (ARGS="--pgledger FILE …")
	@$(RUN) -m bench.money $(ARGS)

bench-graph: install-dev ## measure the graph at a million people (ARGS="--people 20000 --parts rebuild,limits")
	@$(RUN) -m bench.graph $(ARGS)

bench-socket: install-dev ## measure a room of 500 (ARGS="--members 500 --peer NAME=URL")
	@$(RUN) -m bench.sockets $(ARGS)
	@$(RUN) -m bench.sockets.returning
	@$(RUN) -m bench.sockets.memory

bench-risk: install-dev ## measure FinBench's reads beside SQL and memory, and a replay (ARGS="--data DIR --calls 100")
	@$(RUN) -m bench.risk $(ARGS)
