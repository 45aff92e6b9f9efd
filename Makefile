# Everything a person or CI does with the project. Targets only call `esep` and public tools.
PYTHON ?= python3
BIN := .venv/bin
SOURCES := api app.py cli config.py demo documents engine expressions forms logs.py notifications operate organisations refusals.py register reports serve.py signatures storage texts worker.py worklist
export PIP_DISABLE_PIP_VERSION_CHECK = 1

.PHONY: help run setup test check bench fuzz properties lock format clean

help: ## Say what can be made
	@grep -E '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 12

run: setup ## Start Esep with demo data on http://127.0.0.1:8080
	@$(BIN)/esep db upgrade
	@$(BIN)/esep demo
	@$(BIN)/esep serve

setup: .venv/run ## Install what Esep needs into .venv

test: .venv/test ## Run all tests, on SQLite and a real PostgreSQL
	@$(BIN)/pytest -n auto --dist loadfile

check: .venv/test ## Formatting, lint, types, import contracts, dead code, texts, OpenAPI
	@$(BIN)/ruff format --check .
	@$(BIN)/ruff check .
	@$(BIN)/mypy $(SOURCES)
	@$(BIN)/lint-imports
	@$(BIN)/vulture
	@$(BIN)/esep texts check
	@$(BIN)/esep openapi check
	@$(BIN)/esep element-templates check
	@for diagram in processes/*.bpmn; do $(BIN)/esep lint --rules modelling $$diagram || exit 1; done
	@for scenario in processes/*.scenario.json; do \
		$(BIN)/esep simulate $${scenario%.scenario.json}.bpmn --scenario $$scenario --minimum-coverage 100 --format json >/dev/null || exit 1; done

bench: .venv/test ## Run the programs in bench/ (BENCH=name for one)
	@missed=; for program in $(if $(BENCH),bench/$(BENCH).py,$(filter-out bench/__init__.py,$(wildcard bench/*.py))); do \
		$(BIN)/python -m $$(echo $${program%.py} | tr / .) || missed="$$missed $$program"; done; [ -z "$$missed" ] || { echo "missed:$$missed"; exit 1; }

fuzz: .venv/test ## Deploy and run 10,000 damaged diagrams and decisions (SEED=, COUNT=, FIRST=)
	@$(BIN)/python -m tests.fuzz --count $(or $(COUNT),10000) --first $(or $(FIRST),0) $(if $(SEED),--seed $(SEED))

properties: .venv/test ## 100,000 random operations on random processes against a token game (MOVES=, SEED=)
	@$(BIN)/python -m tests.properties $(or $(MOVES),100000) $(or $(SEED),1)

lock: .venv/test ## Lock the dependencies of requirements/*.in with hashes
	@for kind in run test; do $(BIN)/uv pip compile -q --universal --python-version 3.11 --generate-hashes --no-header requirements/$$kind.in -o requirements/$$kind.txt; done

format: .venv/test ## Format the code
	@$(BIN)/ruff format .
	@$(BIN)/ruff check --fix .

clean: ## Remove what was installed and built (not var/)
	@rm -rf .venv

.venv/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit(0 if sys.version_info >= (3, 11) else "Esep needs Python 3.11 or newer: make PYTHON=python3.11 …")'
	@$(PYTHON) -m venv .venv

.venv/run: .venv/bin/python requirements/run.txt setup.cfg pyproject.toml
	@$(BIN)/pip install -q --require-hashes -r requirements/run.txt
	@$(BIN)/pip install -q --no-deps --no-build-isolation --config-settings editable_mode=compat -e .
	@touch $@

.venv/test: .venv/run requirements/test.txt
	@$(BIN)/pip install -q --require-hashes -r requirements/test.txt
	@touch $@
