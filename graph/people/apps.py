"""The Django app of people."""

from django.apps import AppConfig


class PeopleConfig(AppConfig):
    """Keeps people and their access tokens."""

    name = "graph.people"
    label = "people"

    def ready(self) -> None:
        """Register what this app offers."""
        from commands.gates import put_gate
        from graph.people import commands, device_commands  # noqa: F401 (register themselves)
        from graph.people.reset import MAIL_LINK, mail_links
        from graph.people.tiers import GATE
        from outbox.registry import handle_topic

        put_gate(GATE)
        handle_topic(MAIL_LINK, mail_links)
