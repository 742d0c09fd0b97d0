"""Who is told that a file is ready: whoever asked for it."""

from django.utils.translation import gettext_noop as _

from portal.exports.models import Export
from portal.notices.audiences import person
from portal.notices.told import Nobody, Told

TABLE: dict[str, Told | Nobody] = {
    "export.ready": Told(
        person(lambda export: export.owner),
        _("The file %(file)s is ready."),
        page=Export.get_absolute_url,
        names=lambda export: {"file": export.file_name},
    ),
}
