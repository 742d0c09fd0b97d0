"""The filter form above a table."""

import django_filters
from django.forms import BoundField
from django.utils.translation import gettext_lazy as _


class PortalFilter(django_filters.FilterSet):
    """Subclass it with django-filter fields; it is shown above the table, collapsed on phones."""

    @property
    def is_narrowed(self) -> bool:
        """Whether the address narrows the list, so that “no rows” means “none like this”."""
        return any(self.data.get(name) for name in self.form.fields)

    @property
    def shown(self) -> list[BoundField]:
        """The bound fields of the form, in order."""
        return list(self.form)


def words_filter(field: str, label: object) -> django_filters.CharFilter:
    """Rows whose `field` holds what was typed, in any case."""
    return django_filters.CharFilter(field_name=field, lookup_expr="icontains", label=label)


def choice_filter(field: str, choices: object, label: object) -> django_filters.ChoiceFilter:
    """Rows whose `field` is the chosen one; all when nothing is chosen."""
    return django_filters.ChoiceFilter(
        field_name=field, choices=choices, label=label, empty_label=_("All")
    )
