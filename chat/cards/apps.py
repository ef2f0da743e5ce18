"""The Django app of cards."""

from django.apps import AppConfig


class CardsConfig(AppConfig):
    """Joins wallet and rooms; keeps nothing of its own."""

    name = "chat.cards"
    label = "cards"

    def ready(self) -> None:
        """Register the commands, and have changes of cards shown to their rooms."""
        from chat.cards import (  # noqa: F401 (register themselves)
            claim_commands,
            envelope_commands,
            envelope_history_commands,
            expense_commands,
            loan_commands,
            request_commands,
            settling_commands,
            split_commands,
            transfer_commands,
        )
        from chat.cards.changes import show_changes
        from outbox.registry import handle_topic
        from wallet.card_events import TOPIC

        handle_topic(TOPIC, show_changes)
