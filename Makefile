PYTHON ?= python3
ARGS ?=

.PHONY: help demo test test-unit lint bench requirements clean

help: ## what there is
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 16

demo: ## two simulated shops and Odoo with the addon, connected; orders come in until Ctrl-C
	@$(PYTHON) scripts/demo.py $(ARGS)

test: ## all tests; ARGS="unit integration -k word" chooses
	@$(PYTHON) scripts/test.py $(ARGS)

test-unit: ## the tests that need neither Odoo nor PostgreSQL
	@$(PYTHON) scripts/test.py unit $(ARGS)

lint: ## ruff and pylint-odoo
	@$(PYTHON) scripts/lint.py $(ARGS)

bench: ## throughput and latency, each beside its floor
	@$(PYTHON) scripts/bench.py $(ARGS)

requirements: ## resolve requirements/dev.in again into requirements/lock.txt (needs uv)
	uv pip compile --universal --python-version 3.10 --generate-hashes --no-annotate --quiet --upgrade \
		--no-emit-index-url --no-emit-find-links --custom-compile-command 'make requirements' \
		requirements/dev.in -o requirements/lock.txt

clean: ## remove everything that was downloaded or built
	@$(PYTHON) scripts/clean.py
