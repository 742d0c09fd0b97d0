"""The groups by which people of samples stand apart (ADR 0124). No Django."""

USER_GROUPS = 32


def by_prefix() -> dict[str, int]:
    """The group of a hash in hexadecimal by its first two figures."""
    return {f"{number:02x}": number * USER_GROUPS // 256 for number in range(256)}
