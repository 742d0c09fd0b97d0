"""People of the platform are in no team from now on, and a team remembers who left it. ADR 0054."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import portal.accounts.models.apart
import portal.clock

# FOR SHARE waits for whoever is changing the person's role, and makes him wait: so the two triggers
# hold for acts at the same moment, too.
KEEP_APART = """
CREATE FUNCTION member_is_not_of_the_platform() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE held text;
BEGIN
    SELECT platform_role INTO held FROM accounts_user WHERE id = NEW.user_id FOR SHARE;
    IF held <> '' THEN
        RAISE EXCEPTION 'member_is_not_of_the_platform'
        USING ERRCODE = 'check_violation', CONSTRAINT = 'member_is_not_of_the_platform';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER member_is_not_of_the_platform BEFORE INSERT OR UPDATE OF user_id
    ON accounts_membership FOR EACH ROW EXECUTE FUNCTION member_is_not_of_the_platform();

CREATE FUNCTION platform_role_is_no_members() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    -- A role that stays is let be: people of before the rule, too, save a new password.
    IF NEW.platform_role <> '' AND NEW.platform_role <> OLD.platform_role
        AND EXISTS (SELECT FROM accounts_membership WHERE user_id = NEW.id)
    THEN
        RAISE EXCEPTION 'platform_role_is_no_members'
        USING ERRCODE = 'check_violation', CONSTRAINT = 'platform_role_is_no_members';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER platform_role_is_no_members AFTER UPDATE OF platform_role
    ON accounts_user FOR EACH ROW EXECUTE FUNCTION platform_role_is_no_members();
"""

LET_MIX = """
DROP FUNCTION member_is_not_of_the_platform() CASCADE;
DROP FUNCTION platform_role_is_no_members() CASCADE;
"""

# Who left before: the audit log knows who joined, who founded, and who was removed.
REMEMBER = """
INSERT INTO accounts_formermember (team_id, user_id, left_at)
SELECT removed.team_id, joined.actor_id, removed.at
FROM accounts_auditentry AS removed
JOIN accounts_auditentry AS joined ON joined.subject = removed.subject
WHERE removed.verb = 'team.removed' AND joined.verb = 'team.joined';

-- When a founder left is not told; he left with the last one at the latest.
INSERT INTO accounts_formermember (team_id, user_id, left_at)
SELECT founded.team_id, founded.actor_id, MAX(removed.at)
FROM accounts_auditentry AS founded
JOIN accounts_auditentry AS removed
    ON removed.team_id = founded.team_id AND removed.verb = 'team.removed'
LEFT JOIN accounts_membership AS present
    ON present.team_id = founded.team_id AND present.user_id = founded.actor_id
WHERE founded.verb = 'team.created' AND founded.actor_id IS NOT NULL AND present.id IS NULL
GROUP BY founded.team_id, founded.actor_id;
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
        migrations.RunSQL(KEEP_APART, LET_MIX),
        migrations.RunSQL(REMEMBER, migrations.RunSQL.noop),
    ]
