from django.apps import AppConfig


class ReviewConfig(AppConfig):
    name = "portal.review"
    label = "review"

    def ready(self) -> None:
        from portal.review import journal
        from portal.states import moved

        moved.connect(journal.write_move)
