"""Which files of exports are kept still."""

from portal import clock
from portal.exports.models import KEPT_FOR, Export, folder
from portal.uploads.keeping import files_in, keep


def announce() -> None:
    keep("exports", files_in(folder), _kept)


def _kept(names: list[str]) -> set[str]:
    fresh = Export.objects.filter(ready_at__gt=clock.now() - KEPT_FOR, stored__in=names)
    return set(fresh.values_list("stored", flat=True))
