"""Boosts that were stopped after they had come back ended when they were stopped, not before.

0016 took the last moment at which their old account gave money back: that was the return. What
never held money was given the moment at which it was asked for. The audit log has their ends.
"""

from django.db import migrations

ENDS = """
UPDATE campaigns_boost AS boost SET ended_at = entry.at, settled_at = entry.at
FROM accounts_auditentry AS entry
WHERE entry.subject = 'boost:' || boost.id AND entry.verb = 'boost.stopped'
    AND boost.status = 'stopped' AND boost.end_cause = 'merchant' AND boost.captures = 0
    AND boost.ended_at = boost.settled_at AND boost.ended_at < entry.at
    AND NOT EXISTS (SELECT 1 FROM campaigns_boostspan AS span WHERE span.boost_id = boost.id);
"""


class Migration(migrations.Migration):
    dependencies = [
        ("campaigns", "0034_idle_boosts_and_last_words"),
        ("accounts", "0001_initial"),
    ]

    operations = [migrations.RunSQL(ENDS, migrations.RunSQL.noop)]
