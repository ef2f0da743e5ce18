"""QR codes of links, for who may hand the link out."""

from datetime import UTC, datetime
from io import BytesIO
from uuid import UUID

import segno
from django.http import HttpRequest, HttpResponse

from chat.doors.downloads import find_reader, guarded
from chat.invites.selectors import access_invite
from chat.invites.tokens import make_token
from graph.links.selectors import get_own
from graph.links.tokens import make_token as make_friend_token


@guarded
def show_code(request: HttpRequest, invite_id: UUID) -> HttpResponse:
    """Answer with a link as a QR code (SVG), to an owner or admin of its room."""
    access_invite(invite_id=invite_id, person_id=find_reader(request), at=datetime.now(UTC))
    # The address under which the reader knows us, whatever stands between.
    link = request.build_absolute_uri(f"/join/{make_token(invite_id)}")
    return _draw(link)


@guarded
def show_friend_code(request: HttpRequest) -> HttpResponse:
    """Answer with the reader's own link to make friends by as a QR code (SVG)."""
    link = get_own(person_id=find_reader(request), at=datetime.now(UTC))
    return _draw(request.build_absolute_uri(f"/f/{make_friend_token(link.id)}"))


def _draw(link: str) -> HttpResponse:
    picture = BytesIO()
    # On white whatever the page looks like: a camera does not read light on dark.
    segno.make(link, error="m", micro=False).save(
        picture, kind="svg", scale=8, border=4, light="#fff", svgns=True
    )
    response = HttpResponse(picture.getvalue(), content_type="image/svg+xml")
    response["Cache-Control"] = "private, no-store"
    return response
