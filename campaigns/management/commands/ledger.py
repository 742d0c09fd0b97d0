"""`manage.py ledger verify [--json]`: prove the money invariants."""

import json
from dataclasses import asdict
from typing import Any

from django.core.management.base import CommandError, CommandParser
from django.utils.translation import gettext as _

from campaigns.ledger.proof import Proof, verify
from portal import commands
from portal.words import yuan

SHOWN = 5


class Command(commands.Command):
    help = "Proves that every fen in the ledger is explained. Exit code 2 when one is not."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("action", choices=["verify"])
        parser.add_argument("--json", action="store_true", help="Print the result as JSON.")

    def handle(self, *, action: str, **options: Any) -> None:
        proof = verify()
        if options["json"]:
            self.stdout.write(json.dumps(asdict(proof), ensure_ascii=False))
        else:
            self._print(proof)
        if proof.broken:
            first = "; ".join(str(row) for row in proof.broken[:SHOWN])
            message = _("The ledger is broken in %(count)s places: %(first)s")
            raise CommandError(message % {"count": len(proof.broken), "first": first}, returncode=2)

    def _print(self, proof: Proof) -> None:
        for kind, total_fen in proof.totals_fen.items():
            self.stdout.write(f"{kind:<8}{yuan(total_fen):>24}")
        self.stdout.write(f"{'sum':<8}{yuan(sum(proof.totals_fen.values())):>24}")
        counts = {"accounts": proof.accounts, "transfers": proof.transfers}
        self.stdout.write(_("%(accounts)s accounts, %(transfers)s transfers") % counts)
