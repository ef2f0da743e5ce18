"""manage.py write_protocol"""

from collections import defaultdict
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand

from commands.errors import Refusal
from commands.registry import Registration, list_registrations

PATH = settings.BASE_DIR / "docs" / "protocol.md"
BEGIN = "<!-- from here on written by `manage.py write_protocol` -->"


def generated() -> str:
    """Return the part of docs/protocol.md that follows from the registry."""
    families: dict[str, list[Registration]] = defaultdict(list)
    for registration in list_registrations():
        families[registration.family].append(registration)
    lines = [BEGIN, "", "## Commands", ""]
    for family, registrations in sorted(families.items()):
        lines += [f"### {family}", "", "| command | fields | what it does |", "| --- | --- | --- |"]
        lines += [_row(registration) for registration in registrations]
        lines.append("")
    lines += ["## Error codes", "", "| code | status | meaning |", "| --- | --- | --- |"]
    for code, refusal in sorted(Refusal.known.items()):
        again = " May be sent again." if refusal.retryable else ""
        lines.append(f"| `{code}` | {refusal.status} | {refusal.describe()}{again} |")
    return "\n".join(lines) + "\n"


def _row(registration: Registration) -> str:
    fields = [
        f"`{field.alias or name}`" if field.is_required() else f"`{field.alias or name}?`"
        for name, field in registration.model.model_fields.items()
        if name != "type"
    ]
    if registration.uploads:
        fields = ["`file`"]
    marks = " *(http)*" if registration.http_only else ""
    if registration.tier != "basic":
        marks += f" *({registration.tier})*"
    return f"| `{registration.name}`{marks} | {' '.join(fields) or '–'} | {registration.summary} |"


class Command(BaseCommand):
    """Writes the generated part of docs/protocol.md."""

    help = "Write the part of docs/protocol.md that follows from the command registry."

    def handle(self, *args: Any, **options: Any) -> None:
        """Replace everything after the marker."""
        prose, _, _ = PATH.read_text().partition(BEGIN)
        PATH.write_text(prose + generated())
        self.stdout.write(f"{PATH.name}: {len(list_registrations())} commands")
