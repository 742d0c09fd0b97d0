"""What a name looks like: its letters as the eye takes them; names of one look are taken for each
other."""

import re

from portal import meaning

# So many letters of a look are kept and compared; normal forms may be longer than their names.
MOST_LETTERS = 240
# What many names have, which makes none of them alike.
_COMMON = re.compile(
    r"有限责任公司|股份有限公司|有限公司|集团|公司|官方|旗舰店|专营店|专卖店|企业店|店铺|"
    r"\b(?:company|co|ltd|limited|inc|group|official|flagship|store|shop)\b"
)
# Letters of other scripts, and digits, that are read as a Latin letter.
_LOOKS_LIKE = str.maketrans("аеорсухіѕԁһјοαν01|i", "aeopcyxlsdhjoavolll")
_MARKS = re.compile(r"[\W_]+")


def of(name: str) -> str:
    """What is left of `name` when everything is gone that the eye passes over."""
    own = _COMMON.sub(" ", meaning.line(name).casefold())
    return _MARKS.sub("", meaning.key(own).translate(_LOOKS_LIKE))[:MOST_LETTERS]
