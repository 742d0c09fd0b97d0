from django.apps import AppConfig


class ExportsConfig(AppConfig):
    name = "portal.exports"
    label = "exports"

    def ready(self) -> None:
        from portal.exports import acts, keeping, notices, views
        from portal.notices import told
        from portal.ui import prepared

        acts.announce()
        told.add(notices.TABLE)
        keeping.announce()
        prepared.prepare_by(views.prepare)
