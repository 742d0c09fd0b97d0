"""How large the large world is, and how its rows are numbered."""

from dataclasses import dataclass

STORES, PRODUCTS, NOTES, LISTINGS = 2, 4, 10, 80
DAYS, DAYS_OF_OTHERS = 400, 30


@dataclass(frozen=True)
class Size:
    """Merchants, and what the first of them, the busy one, has; the others have the constants."""

    merchants: int
    notes: int
    listings: int
    # Of credit once per model and window.
    credit_facts: int
    audit_entries: int

    @property
    def products(self) -> int:
        """Products of the busy merchant."""
        return self.listings // 10

    @property
    def admin(self) -> int:
        """The number of the first admin; the owner of merchant n is person n."""
        return self.merchants + 1

    @property
    def manager(self) -> int:
        """The number of the first of twenty account managers."""
        return self.merchants + 10

    @property
    def member(self) -> int:
        """The number of the first of fifty colleagues of the busy merchant's owner."""
        return self.merchants + 100


SIZES = {
    "small": Size(500, 5_000, 10_000, 250_000, 250_000),
    "large": Size(10_000, 100_000, 200_000, 5_000_000, 5_000_000),
}
