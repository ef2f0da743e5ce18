"""The Django app of contacts."""

from django.apps import AppConfig


class ContactsConfig(AppConfig):
    """Keeps digests of the phone numbers that people have in their address books."""

    name = "graph.contacts"
    label = "contacts"

    def ready(self) -> None:
        """Register what this app offers."""
        from graph.contacts import commands  # noqa: F401 (registers itself)
        from graph.contacts.services import forget
        from graph.people.leaving import clear_after

        clear_after(lambda person_id, _: forget(person_id=person_id))
