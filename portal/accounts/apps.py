from django.apps import AppConfig


class AccountsConfig(AppConfig):
    name = "portal.accounts"
    label = "accounts"

    def ready(self) -> None:
        from allauth.account.signals import authentication_step_completed, password_reset
        from django.contrib.auth.signals import user_logged_in

        from portal.accounts import acts, audit, passwords, recent
        from portal.states import moved

        moved.connect(audit.record_move)
        user_logged_in.connect(recent.note)
        authentication_step_completed.connect(recent.note_again)
        password_reset.connect(passwords.begin_afresh)
        acts.announce()
