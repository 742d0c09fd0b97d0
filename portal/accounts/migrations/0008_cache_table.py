from django.db import migrations

# As `createcachetable` makes it, which has nothing to do then.
TABLE = """
CREATE TABLE portal_cache (
    cache_key varchar(255) NOT NULL PRIMARY KEY,
    value text NOT NULL,
    expires timestamp with time zone NOT NULL
);
CREATE INDEX portal_cache_expires ON portal_cache (expires);
"""


class Migration(migrations.Migration):
    dependencies = [("accounts", "0007_platform_people_are_in_no_team")]

    operations = [migrations.RunSQL(TABLE, reverse_sql="DROP TABLE portal_cache")]
