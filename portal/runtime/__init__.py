"""Set-up and embedded servers: everything `make run` and `make test` need before Django starts.

Nothing in this package needs Django settings to be imported.
"""
