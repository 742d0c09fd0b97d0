"""`python -m bench NAME [options]`: run one benchmark, `python -m bench` lists them.

Every benchmark is a module of this package with `main(args)`; it prints the machine and the ratio
to a baseline measured in the same run.
"""

import importlib
import pkgutil
import sys

import bench
from portal.runtime.embedded import servers_for

TOOLS = {
    "__main__", "addresses", "alone", "attribution_world", "history", "large", "late_world",
    "ledger_worker",
    "measure", "redirecting", "soak", "world",
}  # fmt: skip


def main() -> int:
    """Run what the command line names; exit status."""
    names = sorted({module.name for module in pkgutil.iter_modules(bench.__path__)} - TOOLS)
    if len(sys.argv) < 2 or sys.argv[1] not in names:
        print("Usage: python -m bench " + "|".join(names), file=sys.stderr)
        return 2
    with servers_for(["bench", *sys.argv[1:]]):
        return int(importlib.import_module(f"bench.{sys.argv[1]}").main(sys.argv[2:]) or 0)


if __name__ == "__main__":
    sys.exit(main())
