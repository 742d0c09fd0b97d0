"""What stands wherever the ratio of a sample is shown, in the same words."""

from django.utils.translation import gettext_lazy

NOT_ACCURACY = gettext_lazy("A 50% sample is not 50% accuracy.")
