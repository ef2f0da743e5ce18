"""Commands of `manage.py` whose help is a page, with examples."""

from argparse import RawDescriptionHelpFormatter
from typing import Any

from django.core.management.base import BaseCommand


class _Written(RawDescriptionHelpFormatter):
    """Keeps the lines of the help as they are written."""


class WrittenHelp(BaseCommand):
    """A command that shows its help line by line as it is written."""

    def create_parser(self, prog_name: str, subcommand: str, **kwargs: Any) -> Any:
        """Keep the lines of the help."""
        parser = super().create_parser(prog_name, subcommand, **kwargs)
        parser.formatter_class = _Written
        return parser
