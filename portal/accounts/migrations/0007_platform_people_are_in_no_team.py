"""People of the platform are in no team from now on, and a team remembers who left it. ADR 0054."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import portal.accounts.models.apart
import portal.clock

# Who left before: the audit log knows who joined, who founded, and who was removed.
REMEMBER = """
INSERT INTO accounts_formermember (team_id, user_id, left_at)
SELECT removed.team_id, joined.actor_id, removed.at
FROM accounts_auditentry AS removed
JOIN accounts_auditentry AS joined ON joined.subject = removed.subject
WHERE removed.verb = 'team.removed' AND joined.verb = 'team.joined';

-- When a founder left is not told; he left with the last one at the latest.
INSERT INTO accounts_formermember (team_id, user_id, left_at)
SELECT founded.team_id, founder.id, MAX(removed.at)
FROM accounts_auditentry AS founded
JOIN accounts_user AS founder ON founder.email = founded.new ->> 'owner'
JOIN accounts_auditentry AS removed
    ON removed.team_id = founded.team_id AND removed.verb = 'team.removed'
LEFT JOIN accounts_membership AS present
    ON present.team_id = founded.team_id AND present.user_id = founder.id
WHERE founded.verb = 'team.created' AND present.id IS NULL
GROUP BY founded.team_id, founder.id;
"""


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0006_user_mails_notices"),
    ]

    operations = [
        migrations.CreateModel(
            name="FormerMember",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("left_at", models.DateTimeField(default=portal.clock.now, editable=False)),
            ],
        ),
        migrations.AddConstraint(
            model_name="membership",
            constraint=portal.accounts.models.apart.MemberIsNotOfThePlatform(
                name="member_is_not_of_the_platform",
                violation_error_message="People of the platform are in no team.",
            ),
        ),
        migrations.AddConstraint(
            model_name="user",
            constraint=portal.accounts.models.apart.PlatformRoleIsNoMembers(
                name="platform_role_is_no_members",
                violation_error_message="A member of a team gets no role of the platform.",
            ),
        ),
        migrations.AddField(
            model_name="formermember",
            name="team",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE,
                related_name="former_members",
                to="accounts.team",
            ),
        ),
        migrations.AddField(
            model_name="formermember",
            name="user",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddIndex(
            model_name="formermember",
            index=models.Index(
                fields=["team", "user", "-left_at"], name="accounts_fo_team_id_c02931_idx"
            ),
        ),
        migrations.RunSQL(REMEMBER, migrations.RunSQL.noop),
    ]
