"""The groups by which people of samples stand apart (ADR 0124), and the buckets in which very many
are computed (ADR 0130). No Django."""

from dataclasses import dataclass

USER_GROUPS = 32
MOST_BUCKETS = 32


def by_prefix() -> dict[str, int]:
    """The group of a hash in hexadecimal by its first two figures."""
    return {f"{number:02x}": number * USER_GROUPS // 256 for number in range(256)}


@dataclass(frozen=True)
class Bucket:
    """One of `of` parts of all users: number 0 of 1 is all of them."""

    number: int = 0
    of: int = 1

    @property
    def is_all(self) -> bool:
        return self.of == 1

    @property
    def prefixes(self) -> list[str]:
        """How the hashes of its users begin, in two hexadecimal figures."""
        return [f"{start:02x}" for start in range(256) if start % self.of == self.number]


def buckets(rows: int, *, most: int) -> int:
    """Into how many buckets so many rows go, of each not many more than `most`; a power of two."""
    count = 1
    while count < MOST_BUCKETS and rows > count * most:
        count *= 2
    return count
