"""QR codes of invite links, for who may hand the link out."""

from datetime import UTC, datetime
from io import BytesIO
from uuid import UUID

import segno
from django.http import HttpRequest, HttpResponse

from chat.doors.downloads import find_reader, guarded
from chat.invites.selectors import access_invite
from chat.invites.tokens import make_token


@guarded
def show_code(request: HttpRequest, invite_id: UUID) -> HttpResponse:
    """Answer with a link as a QR code (SVG), to an owner or admin of its room."""
    access_invite(invite_id=invite_id, person_id=find_reader(request), at=datetime.now(UTC))
    # The address under which the reader knows us, whatever stands between.
    link = request.build_absolute_uri(f"/join/{make_token(invite_id)}")
    picture = BytesIO()
    # On white whatever the page looks like: a camera does not read light on dark.
    segno.make(link, error="m", micro=False).save(
        picture, kind="svg", scale=8, border=4, light="#fff", svgns=True
    )
    response = HttpResponse(picture.getvalue(), content_type="image/svg+xml")
    response["Cache-Control"] = "private, no-store"
    return response
