"""The Django app of Pay Points."""

from django.apps import AppConfig


class PointsConfig(AppConfig):
    """Keeps scores, what made them, and who was told what."""

    name = "wallet.points"
    label = "points"

    def ready(self) -> None:
        """Register what this app offers, and have a say in loans and when somebody leaves."""
        from wallet.closing.parts import Part, put_part
        from wallet.lending.caps import lower_caps
        from wallet.points import (  # noqa: F401 (register themselves)
            commands,
            gate_commands,
            staff_commands,
        )
        from wallet.points.caps import BY_SCORE
        from wallet.points.services import opt_out

        lower_caps(BY_SCORE)
        # Who leaves is forgotten as if they had opted out; points keep nobody here.
        forget = Part(
            list_open=lambda _: [], leave=lambda person_id, at: opt_out(person_id=person_id, at=at)
        )
        put_part(forget)
