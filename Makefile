# `make run` and `make test` need Python >= 3.11 and a package index, nothing else.
PYTHON ?= python3

.PHONY: run test check bench lock

run test check bench:
	@command -v $(PYTHON) >/dev/null || { echo "Python 3.11 or newer is needed, there is no $(PYTHON)." >&2; exit 2; }
	@exec $(PYTHON) -m portal.runtime.bootstrap $@ $(ARGS)

# Needs uv. The lock names no index, so every machine uses its own.
lock:
	uv pip compile -q --generate-hashes --universal --python-version 3.11 --no-header --no-annotate pyproject.toml -o requirements.lock
	uv pip compile -q --generate-hashes --universal --python-version 3.11 --no-header --no-annotate pyproject.toml --group dev -o requirements-dev.lock
