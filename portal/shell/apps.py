from django.apps import AppConfig


class ShellConfig(AppConfig):
    name = "portal.shell"
    label = "shell"

    def ready(self) -> None:
        from django.utils.translation import gettext_lazy as _

        from portal.shell.navigation import Area, Entry, add

        add(
            Entry(
                _("To decide"),
                "checklist",
                "review:review-list",
                "review.view",
                Area.PLATFORM,
                10,
            ),
            Entry(
                _("Work with trouble"),
                "alert-triangle",
                "jobs:job-list",
                "job.manage",
                Area.PLATFORM,
                90,
            ),
            Entry(
                _("Partners’ endpoints"),
                "webhook",
                "webhooks:endpoint-list",
                "endpoint.manage",
                Area.PLATFORM,
                89,
            ),
            Entry(_("Team"), "users", "accounts:team-detail", "team.view", Area.TEAM, 90),
            Entry(_("Audit"), "history", "accounts:team-audit", "audit.view", Area.TEAM, 91),
            Entry(
                _("Audit"), "history", "accounts:platform-audit", "audit.view", Area.PLATFORM, 91
            ),
        )
