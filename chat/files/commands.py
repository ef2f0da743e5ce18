"""Wire commands about files."""

from typing import Annotated, Literal

from pydantic import Field

from chat.files import selectors, services
from chat.files.errors import FileTooLarge, TooManyFiles
from chat.files.shapes import FileShape
from commands.frames import Command, Result, Text
from commands.registry import Caller, handles


class UploadFile(Command):
    """The HTTP door works these out from the part `file` of a multipart body."""

    type: Literal["file.upload"]
    name: Annotated[Text, Field(max_length=1_000)]
    size: Annotated[int, Field(ge=0)]
    digest: Annotated[str, Field(pattern="^[0-9a-f]{64}$")]


class OneFile(Result):
    file: FileShape


def _store(command: UploadFile, caller: Caller) -> services.Stored:
    assert caller.upload is not None
    return services.store(caller.upload)


@handles(
    UploadFile, result=OneFile, family="Files", http_only=True, uploads=True, prepare=_store,
    may_refuse=[FileTooLarge, TooManyFiles],
)  # fmt: skip
def upload_file(command: UploadFile, caller: Caller, stored: services.Stored) -> OneFile:
    """Upload a file of at most 20 MiB as the part `file` of a multipart body; a message then shows
    it.
    """
    file = services.keep(
        owner_id=caller.person, name=command.name, size=command.size, digest=command.digest,
        stored=stored, at=caller.at,
    )  # fmt: skip
    return OneFile(file=selectors.describe_file(file))
