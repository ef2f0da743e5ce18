"""Refusals about files."""

from commands.errors import Refusal


class FileNotFound(Refusal):
    """There is no such file where the caller can see it, or it was sent already."""

    code = "file.not_found"
    status = 404
    message = "There is no such file."


class FileTooLarge(Refusal):
    """The file has more bytes than a file may have."""

    code = "file.too_large"
    status = 413
    message = "The file is too large."


class TooManyFiles(Refusal):
    """The caller has too many files that were uploaded and never sent."""

    code = "file.too_many"
    status = 429
    message = "Too many files wait to be sent; send some of them first."
