"""The HTTP door as scripts and browsers meet it."""

import json
import urllib.parse
import uuid

import pytest

from tests.service import PASSWORD, Service
from tests.web import ask, bearer


def new_id() -> str:
    return str(uuid.uuid4())


# --- Scripts -------------------------------------------------------------------------------------


def test_a_result_an_error_and_their_status(service: Service):
    ann = service.sign_up("Ann")

    reply = ask(service, "/api/me.get", Authorization=bearer(ann.token))
    assert (reply.status, set(reply.body)) == (200, {"result"})
    assert reply.headers["Cache-Control"] == "no-store"

    reply = ask(service, "/api/room.get", {"room": ann.id}, Authorization=bearer(ann.token))
    assert (reply.status, reply.code) == (404, "room.not_found")
    assert set(reply.body["error"]) == {"code", "message", "retryable", "detail"}


@pytest.mark.parametrize("header", ["Bearer nonsense", "Bearer ", "Basic YTpi", "nonsense"])
def test_a_wrong_authorization_is_no_identity(service: Service, header: str):
    reply = ask(service, "/api/me.get", Authorization=header)
    assert (reply.status, reply.code) == (401, "auth.required")


def test_no_authorization_is_enough_where_none_is_needed(service: Service):
    fields = {"username": f"ann-{uuid.uuid4().hex[:8]}", "password": PASSWORD, "name": "Ann"}
    assert ask(service, "/api/me.get").code == "auth.required"
    assert ask(service, "/api/account.create", fields).status == 200
    login = {"username": fields["username"], "password": PASSWORD}
    token = ask(service, "/api/token.create", login).body["result"]["token"]
    assert ask(service, "/api/me.get", Authorization=bearer(token)).status == 200
    assert ask(
        service, "/api/token.revoke", {"id": new_id()}, Authorization=bearer(token)
    ).body == {"result": {}}
    assert ask(service, "/api/me.get", Authorization=bearer(token)).code == "auth.required"


def test_an_old_token_keeps_nobody_from_getting_a_new_one(service: Service):
    ann = service.sign_up("Ann")
    login = {"username": ann.username, "password": PASSWORD}
    reply = ask(service, "/api/token.create", login, Authorization=bearer("long-gone"))
    assert reply.status == 200
    fresh = bearer(reply.body["result"]["token"])
    assert ask(service, "/api/me.get", Authorization=fresh).status == 200


@pytest.mark.parametrize(
    "body", [b"{broken", b"[]", b"5", b"\xff\xfe", b'{"a": 1, "a": 2}', b"[" * 9999]
)
def test_a_broken_body_is_malformed(service: Service, body: bytes):
    ann = service.sign_up("Ann")
    reply = ask(service, "/api/me.get", body, Authorization=bearer(ann.token))
    assert (reply.status, reply.code) == (400, "request.malformed")


def test_a_body_that_is_too_large_is_refused(service: Service):
    ann = service.sign_up("Ann")
    body = json.dumps({"text": "x" * 70_000}).encode()
    reply = ask(service, "/api/message.send", body, Authorization=bearer(ann.token))
    assert (reply.status, reply.code) == (400, "request.malformed")


def test_reading_by_get_is_not_a_command(service: Service):
    assert ask(service, "/api/me.get", method="GET").status == 405


def test_a_command_that_nobody_knows(service: Service):
    ann = service.sign_up("Ann")
    reply = ask(service, "/api/me.fly", Authorization=bearer(ann.token))
    assert (reply.status, reply.code) == (404, "request.unknown_command")


def test_a_write_needs_one_id_from_either_place(service: Service):
    ann = service.sign_up("Ann")
    who = {"Authorization": bearer(ann.token)}
    fields = {"amount": 500, "channel": "sandbox"}
    one, other = new_id(), new_id()

    none = ask(service, "/api/wallet.top_up", fields, **who)
    assert (none.code, none.body["error"]["detail"]["field"]) == ("request.malformed", "id")
    two = ask(service, "/api/wallet.top_up", fields | {"id": one}, **who, Idempotency_Key=other)
    assert (two.code, two.body["error"]["detail"]["field"]) == ("request.malformed", "id")
    bad = ask(service, "/api/wallet.top_up", fields, **who, Idempotency_Key="five")
    assert bad.code == "request.malformed"
    assert ann.balance() == 0

    first = ask(service, "/api/wallet.top_up", fields | {"id": one}, **who)
    again = ask(service, "/api/wallet.top_up", fields, **who, Idempotency_Key=one.upper())
    both = ask(service, "/api/wallet.top_up", fields | {"id": one}, **who, Idempotency_Key=one)
    assert (first.status, again.status, both.status) == (200, 200, 200)
    assert again.body["replayed"] is True
    assert again.body["result"]["entry"] == first.body["result"]["entry"]
    assert ann.balance() == 500

    changed = ask(service, "/api/wallet.top_up", fields | {"id": one, "amount": 501}, **who)
    assert (changed.status, changed.code) == (409, "request.id_reused")
    assert changed.body["error"]["detail"]["differs"] == ["amount"]
    assert ann.balance() == 500


def test_both_doors_share_the_ids_of_a_person_but_not_of_another(service: Service):
    ann, bea = service.sign_up("Ann"), service.sign_up("Bea")
    fields = {"amount": 500, "channel": "sandbox", "id": new_id()}
    for person in (ann, bea):
        reply = ask(service, "/api/wallet.top_up", fields, Authorization=bearer(person.token))
        assert "replayed" not in reply.body
    assert (ann.balance(), bea.balance()) == (500, 500)


# --- Browsers ------------------------------------------------------------------------------------


def csrf_of(cookie: str) -> str:
    pairs = dict(part.split("=", 1) for part in cookie.split("; "))
    return urllib.parse.unquote(pairs["csrftoken"])


def test_a_cookie_counts_only_with_the_csrf_header(service: Service):
    ann = service.sign_up("Ann")
    cookie = service.log_in(ann)

    assert ask(service, "/api/me.get", Cookie=cookie).code == "auth.required"
    wrong = ask(service, "/api/me.get", Cookie=cookie, X_CSRFToken="x" * 32)
    assert wrong.code == "auth.required"
    right = ask(service, "/api/me.get", Cookie=cookie, X_CSRFToken=csrf_of(cookie))
    assert right.body["result"]["person"]["id"] == ann.id


def test_a_page_of_another_site_gets_nothing(service: Service):
    ann = service.sign_up("Ann")
    cookie = service.log_in(ann)
    headers = {"Cookie": cookie, "X_CSRFToken": csrf_of(cookie)}

    elsewhere = ask(service, "/api/me.get", **headers, Origin="https://elsewhere.example")
    assert elsewhere.code == "auth.required"
    login = {"username": ann.username, "password": PASSWORD}
    reply = ask(service, "/api/session.create", login, Origin="https://elsewhere.example")
    assert reply.code == "auth.required"
    assert "Set-Cookie" not in reply.headers
    assert ask(service, "/api/me.get", **headers, Origin=service.url).status == 200


def test_cookies_are_kept_from_scripts_and_other_sites(service: Service):
    ann = service.sign_up("Ann")
    login = {"username": ann.username, "password": PASSWORD}
    reply = ask(service, "/api/session.create", login)
    cookies = {line.partition("=")[0]: line for line in reply.headers.get_all("Set-Cookie")}
    assert "HttpOnly" in cookies["sessionid"]
    assert all("SameSite=" in line for line in cookies.values())


def test_a_session_ends(service: Service):
    ann = service.sign_up("Ann")
    cookie = service.log_in(ann)
    headers = {"Cookie": cookie, "X_CSRFToken": csrf_of(cookie)}
    assert ask(service, "/api/session.end", {"id": new_id()}, **headers).status == 200
    assert ask(service, "/api/me.get", **headers).code == "auth.required"


def test_an_unknown_host_is_no_business_of_ours(service: Service):
    assert ask(service, "/", method="GET", Host="elsewhere.example").status == 400


# --- Limits --------------------------------------------------------------------------------------


def test_wrong_passwords_lock_the_log_in_for_a_while(service: Service):
    ann = service.sign_up("Ann")
    login = {"username": ann.username, "password": "guess"}
    codes = [ask(service, "/api/token.create", login).code for _ in range(12)]
    assert codes[0] == "auth.wrong_credentials"
    assert codes[-1] == "auth.locked"

    reply = ask(service, "/api/token.create", login | {"password": PASSWORD})
    assert (reply.status, reply.code) == (429, "auth.locked")
    assert int(reply.headers["Retry-After"]) >= 1
    assert reply.body["error"]["retry_after_ms"] >= 1


def test_who_lives_and_who_is_ready(service: Service):
    assert ask(service, "/healthz", method="GET").body == {"alive": True}
    assert ask(service, "/readyz", method="GET").body == {"postgres": True, "bus": True}


def test_a_raw_answer_comes_as_a_file_over_http_alone(service: Service):
    ann, bea = service.sign_up("Ann"), service.sign_up("Bea")
    ann.befriend(bea)
    room = ann.make_group("Flat", bea)
    ann.call(
        "expense.add", room=room, paid={ann.id: 100}, note="Ökostrom",
        between={"mode": "even", "members": [ann.id, bea.id]},
    )  # fmt: skip

    reply = ask(service, "/api/expense.export", {"room": room}, Authorization=bearer(ann.token))

    assert (reply.status, reply.headers["Content-Type"]) == (200, "text/csv; charset=utf-8")
    assert reply.headers["Content-Disposition"] == 'attachment; filename="expense.export.csv"'
    lines = reply.body.decode().splitlines()
    assert lines[0].startswith("kind,id,on,note,category,currency,person,")
    assert [line.split(",")[3] for line in lines[1:]] == ["Ökostrom", "Ökostrom"]
    refused = ask(service, "/api/expense.export", {"room": ann.id}, Authorization=bearer(ann.token))
    assert (refused.status, refused.code) == (404, "room.not_found")
    shown = ask(service, "/api/openapi.json", method="GET").body
    answers = shown["paths"]["/api/expense.export"]["post"]["responses"]
    assert list(answers["200"]["content"]) == ["text/csv"]
