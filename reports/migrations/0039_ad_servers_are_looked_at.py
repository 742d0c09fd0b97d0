"""What 0038 demands of sources is looked at in those that were there, while others read and write."""

from django.contrib.postgres.operations import ValidateConstraint
from django.db import migrations

CONSTRAINTS = ("source_sends_what_its_kind_may", "source_of_an_ad_server_names_it")


class Migration(migrations.Migration):
    atomic = False

    dependencies = [("reports", "0038_ad_servers_send_files")]

    operations = [ValidateConstraint("source", name) for name in CONSTRAINTS]
