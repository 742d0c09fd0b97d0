"""The filter form above a table."""

from typing import Any

import django_filters


class PortalFilter(django_filters.FilterSet):
    """Subclass it with django-filter fields; it is shown above the table, collapsed on phones."""

    @property
    def is_narrowed(self) -> bool:
        """Whether the address narrows the list, so that “no rows” means “none like this”."""
        return any(self.data.get(name) for name in self.form.fields)

    @property
    def shown(self) -> list[Any]:
        """The bound fields of the form, in order."""
        return list(self.form)
