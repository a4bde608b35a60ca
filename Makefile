# What a newcomer, a developer and CI call. Each target is a script; run `make help`.
PORT ?= 8000
.DEFAULT_GOAL := help
.PHONY: help demo test check assure bench format messages lock

help: ## what there is
	@grep -E '^[a-z]+:.*## ' $(MAKEFILE_LIST) | awk -F ':.*## ' '{ printf "  make %-9s %s\n", $$1, $$2 }'

demo: ## the demo province on 127.0.0.1:$PORT (8000); Ctrl-C stops it
	@scripts/setup.sh run
	@exec .venv/bin/yiwang demo --port $(PORT)

test: ## all tests on SQLite, the database tests on PostgreSQL too; ARGS="-k words" for some
	@scripts/setup.sh dev
	@.venv/bin/python scripts/test.py $(ARGS)

check: ## formatter, linter, types, import contracts, templates, translations, spelling, docs
	@scripts/setup.sh dev
	@.venv/bin/python scripts/check.py $(ARGS)

assure: ## the long forms of kills, random lives and bad input; writes var/assure.json
	@scripts/setup.sh dev
	@.venv/bin/python scripts/assure.py $(ARGS)

bench: ## the benchmarks on both databases; writes var/bench.json and docs/reference/performance.md
	@scripts/setup.sh dev
	@.venv/bin/yiwang bench --json var/bench.json --docs docs/reference/performance.md $(ARGS)

format: ## format the code and mend what the linter can mend
	@scripts/setup.sh dev
	@.venv/bin/ruff check --fix-only --quiet .
	@.venv/bin/ruff format .

messages: ## bring the English translation file up to date with code and templates
	@scripts/setup.sh dev
	@.venv/bin/python scripts/translations.py update

lock: ## write requirements/*.txt anew after a change of pyproject.toml
	@scripts/setup.sh dev
	@scripts/lock.sh
