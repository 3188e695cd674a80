PYTHON ?= python3

.PHONY: help demo test bench
.DEFAULT_GOAL := help

help: ## Show these lines
	@sed -n 's/^\([a-z]*\):.*## \(.*\)/  make \1	\2/p' $(MAKEFILE_LIST)

demo: ## Start a whole city service with invented people; ARGS="--port 8010" is passed on
	@$(PYTHON) tools/dev.py demo $(ARGS)

test: ## Run every check: format, lint, types, contracts, tests; ARGS is for pytest
	@$(PYTHON) tools/dev.py test $(ARGS)

bench: ## Measure how much load it bears
	@$(PYTHON) tools/dev.py bench $(ARGS)
