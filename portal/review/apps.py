from django.apps import AppConfig


class ReviewConfig(AppConfig):
    name = "portal.review"
    label = "review"

    def ready(self) -> None:
        from portal.notices import told
        from portal.review import journal, of_comments
        from portal.states import moved

        of_comments.announce()
        told.add(of_comments.TABLE)
        moved.connect(journal.write_move)
