import django.db.models.functions.datetime
from django.db import migrations, models

# Statements of many rows write a row for each subject; changes of policy a single one.
TRIGGERS = {
    "merchants_listing": ("id", "NULL", "NULL"),
    "merchants_product": ("NULL", "id", "NULL"),
    "merchants_merchant": ("NULL", "NULL", "id"),
    "merchants_store": ("NULL", "NULL", "merchant_id"),
    "merchants_openingapplication": ("NULL", "NULL", "merchant_id"),
    "merchants_programme": ("NULL", "NULL", "NULL"),
    "merchants_opening": ("NULL", "NULL", "NULL"),
    "merchants_category": ("NULL", "NULL", "NULL"),
}
FUNCTION = """
CREATE FUNCTION {table}_changes_links() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO merchants_linkchange (listing_id, product_id, merchant_id, transaction_id)
    SELECT DISTINCT {listing}::bigint, {product}::bigint, {merchant}::bigint,
                    pg_current_xact_id()::text::bigint
    FROM changed;
    RETURN NULL;
END $$;
"""
TRIGGER = """
CREATE TRIGGER changes_links_by_{verb} AFTER {verb} ON {table}
    REFERENCING {which} TABLE AS changed
    FOR EACH STATEMENT EXECUTE FUNCTION {table}_changes_links();
"""


def forwards():
    for table, (listing, product, merchant) in TRIGGERS.items():
        yield FUNCTION.format(table=table, listing=listing, product=product, merchant=merchant)
        for verb, which in (("INSERT", "NEW"), ("UPDATE", "NEW"), ("DELETE", "OLD")):
            yield TRIGGER.format(table=table, verb=verb, which=which)


def backwards():
    return [f"DROP FUNCTION {table}_changes_links() CASCADE;" for table in TRIGGERS]


class Migration(migrations.Migration):
    dependencies = [("merchants", "0009_feed_requests")]

    operations = [
        migrations.CreateModel(
            name="Change",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("listing_id", models.BigIntegerField(null=True)),
                ("product_id", models.BigIntegerField(null=True)),
                ("merchant_id", models.BigIntegerField(null=True)),
                ("transaction_id", models.BigIntegerField(db_index=True)),
                (
                    "written_at",
                    models.DateTimeField(db_default=django.db.models.functions.datetime.Now()),
                ),
            ],
            options={
                "db_table": "merchants_linkchange",
                "indexes": [
                    models.Index(
                        condition=models.Q(
                            ("listing_id", None), ("merchant_id", None), ("product_id", None)
                        ),
                        fields=["transaction_id"],
                        name="linkchange_of_policy",
                    )
                ],
            },
        ),
        migrations.RunSQL("".join(forwards()), "".join(backwards())),
    ]
