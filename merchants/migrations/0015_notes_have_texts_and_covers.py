"""Notes have their text and their cover; None until the community has sent them."""

from django.db import migrations, models
from django.db.models import Q

import merchants.notes.models


class Migration(migrations.Migration):
    dependencies = [("merchants", "0014_listings_since")]

    operations = [
        migrations.AddField(
            "note",
            "text",
            models.CharField(blank=True, max_length=2000, null=True, verbose_name="text"),
        ),
        migrations.AddField(
            "note",
            "cover",
            models.FileField(
                blank=True, upload_to=merchants.notes.models.cover_path, verbose_name="cover"
            ),
        ),
        migrations.AddField(
            "note", "cover_digest", models.CharField(blank=True, max_length=64, null=True)
        ),
        migrations.AddConstraint(
            "note",
            models.CheckConstraint(
                condition=Q(cover="", cover_digest=None)
                | Q(cover="", cover_digest="")
                | ~Q(cover="") & ~Q(cover_digest="") & Q(cover_digest__isnull=False),
                name="note_cover_has_a_digest",
            ),
        ),
    ]
