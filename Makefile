# `make run` and `make test` need Python >= 3.11 and a package index, nothing else.
NEW_ENOUGH = -c "import sys; sys.exit(sys.version_info < (3, 11))"
PYTHON ?= $(shell for python in python3 python3.14 python3.13 python3.12 python3.11; do \
	$$python $(NEW_ENOUGH) 2>/dev/null && echo $$python && break; done)

.PHONY: run test check bench mutants soak lock

run test check bench mutants soak:
	@$(or $(PYTHON),false) $(NEW_ENOUGH) 2>/dev/null || { \
		echo "Python 3.11 or newer is needed: install it, or name it: make $@ PYTHON=/path/to/python3" >&2; exit 2; }
	@exec $(PYTHON) -m portal.runtime.bootstrap $@ $(ARGS)

# Needs uv. The lock names no index, so every machine uses its own.
LOCK = uv pip compile -q --generate-hashes --universal --python-version 3.11 --no-header --no-annotate
lock:
	$(LOCK) pyproject.toml -o requirements.lock
	$(LOCK) pyproject.toml --extra spark -o requirements-spark.lock
	$(LOCK) pyproject.toml --group embedded -o requirements-embedded.lock
	$(LOCK) pyproject.toml --group dev -o requirements-dev.lock

# Pictures of the demo world that `make run` serves, for the README.
.PHONY: screenshots
screenshots:
	@.venv/bin/python docs/screenshots.py $(ARGS)
