"""What one is signed in by: listed, and signed out one by one or all but one."""

from datetime import UTC, datetime, timedelta
from typing import Any

from django.contrib.sessions.models import Session

from graph.people.models import Browser, Token
from tests.chat.doors.test_http import new_id
from tests.service import PASSWORD, Service, Someone
from tests.web import Reply, ask, bearer

CHROME = "Mozilla/5.0 (Windows NT 10.0) AppleWebKit/537.36 Chrome/140.0.0.0 Safari/537.36"
PHONE = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_5) Version/18.5 Mobile/15E148 Safari/604.1"


def by_cookie(service: Service, cookies: str, command: str, **fields: Any) -> Reply:
    """Ask as a browser with these cookies."""
    csrf = dict(part.split("=", 1) for part in cookies.split("; "))["csrftoken"]
    headers = {"Cookie": cookies, "X_CSRFToken": csrf, "User_Agent": CHROME}
    return ask(service, f"/api/{command}", fields, **headers)


def log_in(service: Service, someone: Someone, agent: str, *, cookies: str = "") -> str:
    """Log in from a browser and return the cookies it is given."""
    login = {"username": someone.username, "password": PASSWORD}
    reply = ask(service, "/api/session.create", login, User_Agent=agent, Cookie=cookies)
    assert reply.status == 200
    return "; ".join(one.partition(";")[0] for one in reply.headers.get_all("Set-Cookie") or [])


def names(reply: Reply) -> list[tuple[str, str, bool]]:
    """Return what is listed, by kind, name and whether it is the one that asked."""
    devices = reply.body["result"]["devices"]
    return [(one["kind"], one["name"], one["current"]) for one in devices]


def test_browsers_and_scripts_are_listed_in_plain_words(service: Service) -> None:
    ann, bea = service.sign_up("Ann"), service.sign_up("Bea")
    mine = log_in(service, ann, CHROME)
    log_in(service, ann, PHONE)
    log_in(service, bea, CHROME)

    listed = by_cookie(service, mine, "device.list")

    assert names(listed)[0] == ("session", "Chrome on Windows", True)
    assert sorted(names(listed)[1:]) == [
        ("session", "Safari on iPhone", False), ("token", "Unknown device", False),
    ]  # fmt: skip
    reply = ask(service, "/api/device.list", Authorization=bearer(ann.token))
    assert names(reply)[0] == ("token", "Unknown device", True)
    login = {"username": bea.username, "password": PASSWORD}
    token = ask(service, "/api/token.create", login, User_Agent="curl/8.14.1").body["result"]
    reply = ask(service, "/api/device.list", Authorization=bearer(token["token"]))
    assert names(reply)[0] == ("token", "curl", True)


def test_a_browser_stays_the_same_whoever_signs_in_with_it(service: Service) -> None:
    ann, bea, cem = (service.sign_up(name) for name in ("Ann", "Bea", "Cem"))
    mine = log_in(service, ann, CHROME)
    (kept,) = (one for one in mine.split("; ") if one.startswith("kith_machine="))

    again = log_in(service, bea, CHROME, cookies=kept)
    forged = log_in(service, cem, CHROME, cookies=kept[:-3] + "abc")

    assert "kith_machine=" not in again
    assert "kith_machine=" in forged
    machines = {
        one.username: Browser.objects.get(person__username=one.username).machine
        for one in (ann, bea, cem)
    }
    assert machines[ann.username] == machines[bea.username] is not None
    assert machines[cem.username] not in (None, machines[ann.username])


def test_a_device_is_signed_out_and_the_others_stay(service: Service) -> None:
    ann = service.sign_up("Ann")
    mine, phone = log_in(service, ann, CHROME), log_in(service, ann, PHONE)
    devices = by_cookie(service, mine, "device.list").body["result"]["devices"]
    (phone_id,) = [one["id"] for one in devices if one["name"] == "Safari on iPhone"]
    (token_id,) = [one["id"] for one in devices if one["kind"] == "token"]

    left = by_cookie(service, mine, "device.sign_out", device=phone_id)
    assert len(names(left)) == 2
    assert by_cookie(service, phone, "me.get").code == "auth.required"
    left = by_cookie(service, mine, "device.sign_out", device=token_id)

    assert names(left) == [("session", "Chrome on Windows", True)]
    assert ask(service, "/api/me.get", Authorization=bearer(ann.token)).code == "auth.required"
    assert by_cookie(service, mine, "me.get").status == 200
    again = by_cookie(service, mine, "device.sign_out", device=token_id)
    assert (again.status, again.code) == (404, "device.not_found")


def test_nobody_signs_out_the_devices_of_others(service: Service) -> None:
    ann, bea = service.sign_up("Ann"), service.sign_up("Bea")
    cookies = log_in(service, ann, CHROME)
    devices = by_cookie(service, cookies, "device.list").body["result"]["devices"]

    for device in devices:
        fields = {"device": device["id"]}
        reply = ask(service, "/api/device.sign_out", fields, Authorization=bearer(bea.token))
        assert reply.code == "device.not_found"

    assert len(names(by_cookie(service, cookies, "device.list"))) == 2


def test_all_others_are_signed_out_at_once(service: Service) -> None:
    ann = service.sign_up("Ann")
    mine, phone = log_in(service, ann, CHROME), log_in(service, ann, PHONE)

    reply = by_cookie(service, mine, "device.sign_out_others")

    assert names(reply) == [("session", "Chrome on Windows", True)]
    assert by_cookie(service, phone, "me.get").code == "auth.required"
    assert ask(service, "/api/me.get", Authorization=bearer(ann.token)).code == "auth.required"
    assert by_cookie(service, mine, "me.get").status == 200
    assert Token.objects.filter(person_id=ann.id).count() == 0
    assert Browser.objects.filter(person_id=ann.id).count() == 1


def test_a_new_password_keeps_the_browser_and_ends_the_others(service: Service) -> None:
    ann = service.sign_up("Ann")
    mine, _ = log_in(service, ann, CHROME), log_in(service, ann, PHONE)
    (before,) = Browser.objects.filter(person_id=ann.id, program="Chrome")
    words = {"old": PASSWORD, "new": "another green tea", "id": new_id()}

    reply = by_cookie(service, mine, "account.change_password", **words)

    assert reply.status == 200
    (after,) = Browser.objects.filter(person_id=ann.id)
    assert (after.id, after.created_at) == (before.id, before.created_at)
    assert after.session_key != before.session_key
    assert Session.objects.filter(session_key=after.session_key).exists()
    renewed = [one.partition(";")[0] for one in reply.headers.get_all("Set-Cookie") or []]
    kept = [one for one in mine.split("; ") if one.startswith("csrf")]
    cookies = "; ".join([*renewed, *([] if any("csrf" in one for one in renewed) else kept)])
    assert names(by_cookie(service, cookies, "device.list")) == [
        ("session", "Chrome on Windows", True)
    ]


def test_a_session_from_before_there_were_lists_gets_onto_it(service: Service) -> None:
    ann = service.sign_up("Ann")
    cookies = log_in(service, ann, PHONE)
    key = dict(part.split("=", 1) for part in cookies.split("; "))["sessionid"]
    Browser.objects.filter(person_id=ann.id).delete()
    session = Session.objects.get(session_key=key)
    data = session.get_decoded()
    del data["device"]
    Session.objects.filter(session_key=key).update(session_data=Session.objects.encode(data))

    listed = by_cookie(service, cookies, "device.list")

    assert names(listed)[0] == ("session", "Chrome on Windows", True)
    again = by_cookie(service, cookies, "device.list")
    assert [one["id"] for one in again.body["result"]["devices"]] == [
        one["id"] for one in listed.body["result"]["devices"]
    ]


def test_use_is_noted_now_and_then(service: Service) -> None:
    ann = service.sign_up("Ann")
    Token.objects.filter(person_id=ann.id).update(created_at=datetime.now(UTC) - timedelta(days=2))

    ann.call("me.get")
    noted = Token.objects.get(person_id=ann.id).last_used_at
    ann.call("me.get")

    assert noted is not None
    assert datetime.now(UTC) - noted < timedelta(minutes=1)
    # Not each time: that would be one more write for every command.
    assert Token.objects.get(person_id=ann.id).last_used_at == noted
