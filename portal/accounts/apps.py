from django.apps import AppConfig


class AccountsConfig(AppConfig):
    name = "portal.accounts"
    label = "accounts"

    def ready(self) -> None:
        from allauth.account.signals import password_reset

        from portal.accounts import acts, audit, passwords
        from portal.states import moved

        moved.connect(audit.record_move)
        password_reset.connect(passwords.begin_afresh)
        acts.announce()
