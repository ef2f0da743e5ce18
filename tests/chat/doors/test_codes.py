"""QR codes of invite links."""

import uuid
import xml.etree.ElementTree as ET

from tests.chat.doors.test_http import ask, bearer
from tests.service import Service


def test_a_link_is_shown_as_a_code_to_who_may_hand_it_out(service: Service) -> None:
    ann, bea, cem = (service.sign_up(name) for name in ("Ann", "Bea", "Cem"))
    ann.befriend(bea)
    room = ann.make_group("Flat", bea)
    link = ann.call("invite.create", room=room)["invite"]["id"]
    path = f"/invites/{link}/qr.svg"

    reply = ask(service, path, method="GET", Authorization=bearer(ann.token))

    assert (reply.status, reply.headers["Content-Type"]) == (200, "image/svg+xml")
    assert reply.headers["Cache-Control"] == "private, no-store"
    assert ET.fromstring(reply.body).tag.endswith("svg")
    for token in (bea.token, cem.token):
        refused = ask(service, path, method="GET", Authorization=bearer(token))
        assert (refused.status, refused.code) == (404, "invite.not_found")
    assert ask(service, path, method="GET").code == "auth.required"
    other = f"/invites/{uuid.uuid4()}/qr.svg"
    assert ask(service, other, method="GET", Authorization=bearer(ann.token)).status == 404
    ann.call("invite.revoke", invite=link)
    assert ask(service, path, method="GET", Authorization=bearer(ann.token)).status == 404


def test_ones_own_link_is_a_code_for_oneself_alone(service: Service) -> None:
    ann = service.sign_up("Ann")
    path = "/f/qr.svg"
    refused = ask(service, path, method="GET", Authorization=bearer(ann.token))
    assert (refused.status, refused.code) == (404, "friend.link_not_found")
    ann.call("friend.link")

    reply = ask(service, path, method="GET", Authorization=bearer(ann.token))

    assert (reply.status, reply.headers["Content-Type"]) == (200, "image/svg+xml")
    assert reply.headers["Cache-Control"] == "private, no-store"
    assert ET.fromstring(reply.body).tag.endswith("svg")
    assert ask(service, path, method="GET").code == "auth.required"
    ann.call("friend.revoke_link")
    assert ask(service, path, method="GET", Authorization=bearer(ann.token)).status == 404
