"""The Django app of friends."""

from django.apps import AppConfig


class FriendsConfig(AppConfig):
    """Keeps who is a friend of whom."""

    name = "graph.friends"
    label = "friends"

    def ready(self) -> None:
        """Register what this app offers."""
        from graph.friends import commands  # noqa: F401 (registers itself)
        from graph.friends.selectors import blocked_among
        from graph.friends.services import end_all
        from graph.people.leaving import clear_after
        from outbox.notices.services import leave_out

        leave_out(blocked_among)
        clear_after(lambda person_id, at: end_all(person_id=person_id, at=at))
