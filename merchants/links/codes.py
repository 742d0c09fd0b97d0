"""The code of a listing's link, as readers send it.

A link is copied out of sentences, typed from a picture or read aloud, and comes back in capitals,
in full-width letters, in quotes, with a full stop or half a sentence behind it.
"""

import re
from urllib.parse import unquote

from portal import meaning

# Letters and digits are enough: no code has any other character.
_CODE = re.compile(r"[a-z0-9]+")
# No link is longer than this, whatever was pasted behind it.
_MOST_CHARACTERS = 500


def cleaned(sent: str) -> str:
    """The code in what was sent behind `/l/`, empty when there is none.

    It is the first run of letters and digits, so that whatever stands around it does not matter.
    """
    # An address that was escaped twice on its way still has escapes in it.
    found = _CODE.search(meaning.line(unquote(sent[:_MOST_CHARACTERS])).casefold())
    return found.group() if found else ""
