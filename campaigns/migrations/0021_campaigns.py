"""Promotions over a period, with their notes and boosts. ADR 0148."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import portal.clock


class Migration(migrations.Migration):
    dependencies = [
        ("campaigns", "0020_what_was_said_is_for_good"),
        ("merchants", "0013_merchants_that_wait"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Campaign",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("name", models.CharField(max_length=60, verbose_name="name")),
                ("starts_on", models.DateField(verbose_name="first day")),
                ("ends_on", models.DateField(verbose_name="last day")),
                (
                    "target_kind",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("reads", "Reads"),
                            ("clicks", "Product clicks"),
                            ("orders", "Orders"),
                            ("gmv", "GMV"),
                        ],
                        default="",
                        max_length=10,
                        verbose_name="target",
                    ),
                ),
                ("target_value", models.BigIntegerField(blank=True, null=True)),
                (
                    "budget_fen",
                    models.BigIntegerField(blank=True, null=True, verbose_name="planned budget"),
                ),
                ("request_key", models.UUIDField(help_text="One form, one campaign.", unique=True)),
                ("created_at", models.DateTimeField(default=portal.clock.now, editable=False)),
                ("closed_at", models.DateTimeField(blank=True, editable=False, null=True)),
                (
                    "created_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "merchant",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="campaigns",
                        to="merchants.merchant",
                    ),
                ),
            ],
        ),
        migrations.AddField(
            model_name="boost",
            name="campaign",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="boosts",
                to="campaigns.campaign",
            ),
        ),
        migrations.CreateModel(
            name="CampaignListing",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "campaign",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="listing_rows",
                        to="campaigns.campaign",
                    ),
                ),
                (
                    "listing",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="merchants.listing",
                    ),
                ),
            ],
        ),
        migrations.AddField(
            model_name="campaign",
            name="listings",
            field=models.ManyToManyField(
                related_name="campaigns",
                through="campaigns.CampaignListing",
                to="merchants.listing",
            ),
        ),
        migrations.CreateModel(
            name="CampaignNote",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "campaign",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="note_rows",
                        to="campaigns.campaign",
                    ),
                ),
                (
                    "note",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="merchants.note",
                    ),
                ),
            ],
        ),
        migrations.AddField(
            model_name="campaign",
            name="notes",
            field=models.ManyToManyField(
                related_name="campaigns", through="campaigns.CampaignNote", to="merchants.note"
            ),
        ),
        migrations.AddConstraint(
            model_name="campaignlisting",
            constraint=models.UniqueConstraint(
                fields=("campaign", "listing"), name="campaign_has_a_listing_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="campaignnote",
            constraint=models.UniqueConstraint(
                fields=("campaign", "note"), name="campaign_has_a_note_once"
            ),
        ),
        migrations.AddIndex(
            model_name="campaign",
            index=models.Index(fields=["merchant", "-id"], name="campaign_of_merchant"),
        ),
        migrations.AddConstraint(
            model_name="campaign",
            constraint=models.CheckConstraint(
                condition=models.Q(("ends_on__gte", models.F("starts_on"))),
                name="campaign_ends_after_it_starts",
                violation_error_message="The last day is on or after the first.",
            ),
        ),
        migrations.AddConstraint(
            model_name="campaign",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("target_kind", ""), ("target_value", None)),
                    models.Q(
                        ("target_kind__in", ["reads", "clicks", "orders", "gmv"]),
                        ("target_value__isnull", False),
                        ("target_value__gt", 0),
                    ),
                    _connector="OR",
                ),
                name="campaign_target_has_its_number",
                violation_error_message="A target is a kind and a number above zero.",
            ),
        ),
        migrations.AddConstraint(
            model_name="campaign",
            constraint=models.CheckConstraint(
                condition=models.Q(("budget_fen", None), ("budget_fen__gt", 0), _connector="OR"),
                name="campaign_budget_above_zero",
                violation_error_message="A planned budget is above zero.",
            ),
        ),
    ]
