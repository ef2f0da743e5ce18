"""Reading files."""

from chat.files.models import File
from chat.files.shapes import FileShape


def describe_file(file: File) -> FileShape:
    """Return the file as clients see it; addresses are of this service, for who may see it."""
    address = f"/files/{file.id}"
    return {
        "id": str(file.id),
        "name": file.name,
        "size": file.size,
        "kind": file.kind,
        "url": address,
        "thumbnail": f"{address}/thumbnail" if file.width is not None else None,
        "width": file.width,
        "height": file.height,
    }
