"""The Django app of people."""

from django.apps import AppConfig


class PeopleConfig(AppConfig):
    """Keeps people and their access tokens."""

    name = "graph.people"
    label = "people"

    def ready(self) -> None:
        """Register what this app offers."""
        from commands.gates import put_gate
        from graph.people import (  # noqa: F401 (register themselves)
            commands,
            device_commands,
            privacy_commands,
        )
        from graph.people.leaving import register_handler
        from graph.people.reset import MAIL_LINK, mail_links
        from graph.people.tiers import GATE
        from outbox.registry import handle_topic

        put_gate(GATE)
        handle_topic(MAIL_LINK, mail_links)
        register_handler()
