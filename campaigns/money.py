"""Fen for people."""


def yuan(fen: int) -> str:
    """`123456` fen as `¥1,234.56`."""
    sign = "-" if fen < 0 else ""
    whole, rest = divmod(abs(fen), 100)
    return f"{sign}¥{whole:,}.{rest:02}"
