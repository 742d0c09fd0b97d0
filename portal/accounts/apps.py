from django.apps import AppConfig


class AccountsConfig(AppConfig):
    name = "portal.accounts"
    label = "accounts"

    def ready(self) -> None:
        from portal.accounts import acts, audit
        from portal.states import moved

        moved.connect(audit.record_move)
        acts.announce()
