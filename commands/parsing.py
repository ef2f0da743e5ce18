"""From bytes to a validated command; everything that is wrong becomes `request.malformed`."""

from typing import Any

import pydantic_core
from pydantic import ValidationError

from commands.errors import Malformed
from commands.frames import Command
from commands.registry import Registration


def parse_object(raw: bytes | str) -> dict[str, Any]:
    """Return the JSON object in the bytes. Raises Malformed for anything else."""
    try:
        parsed = pydantic_core.from_json(raw, allow_inf_nan=False, cache_strings="keys")
    except ValueError as error:
        raise Malformed(f"This is not valid JSON: {error}.") from None
    if not isinstance(parsed, dict):
        raise Malformed("A frame is a JSON object.")
    return parsed


def parse_command(registration: Registration, fields: dict[str, Any]) -> Command:
    """Validate the fields (without `id`) of a command. Raises Malformed with the first field at
    fault.
    """
    try:
        return registration.model.model_validate({**fields, "type": registration.name})
    except ValidationError as error:
        first = error.errors(include_url=False, include_context=False, include_input=False)[0]
        field = ".".join(str(part) for part in first["loc"]) or None
        raise Malformed(f"{field or 'The frame'}: {first['msg']}.", field=field) from None
