"""Sockets end with what they were opened by, even when the bus says nothing of it."""

import asyncio
import urllib.parse
import uuid
from contextlib import AsyncExitStack
from datetime import UTC, datetime, timedelta

from django.contrib.sessions.models import Session

from graph.people.models import Person, Token
from tests.chat.socket.wire import Wire, dial, run, wire
from tests.service import PASSWORD, Service
from tests.web import ask


def test_a_token_that_is_no_more_closes_its_socket_without_the_bus(service: Service) -> None:
    ann, bea = service.sign_up("Ann"), service.sign_up("Bea")

    async def work() -> None:
        async with wire(ann) as revoked, wire(bea) as expired:
            await asyncio.to_thread(lambda: Token.objects.filter(person_id=ann.id).delete())
            past = datetime.now(UTC) - timedelta(seconds=1)
            tokens = Token.objects.filter(person_id=bea.id)
            await asyncio.to_thread(lambda: tokens.update(expires_at=past))
            assert await revoked.closed() == (4401, "")
            assert await expired.closed() == (4401, "")

    run(work)


def change_password(service: Service, cookies: str) -> None:
    """Choose another password as a browser with these cookies."""
    csrf = dict(part.split("=", 1) for part in cookies.split("; "))["csrftoken"]
    headers = {"Cookie": cookies, "X_CSRFToken": urllib.parse.unquote(csrf)}
    words = {"old": PASSWORD, "new": "another green tea", "id": str(uuid.uuid4())}
    reply = ask(service, "/api/account.change_password", words, **headers)
    assert reply.status == 200
    # The browser goes on under another key.
    assert "sessionid" in (reply.headers["Set-Cookie"] or "")


def test_a_new_password_ends_other_sessions_and_keeps_its_own_on_each_process(
    service: Service, beside: Service
) -> None:
    ann = service.sign_up("Ann")
    mine, other = service.log_in(ann), service.log_in(ann)

    async def work() -> None:
        async with AsyncExitStack() as stack:

            async def open_page(process: Service, cookies: str) -> Wire:
                headers = {"Origin": process.url, "Cookie": cookies}
                page = await stack.enter_async_context(dial(process, None, headers=headers))
                assert (await page.receive())["type"] == "hello"
                return page

            kept = [await open_page(process, mine) for process in (service, beside)]
            ended = [await open_page(process, other) for process in (service, beside)]
            await asyncio.to_thread(change_password, service, mine)
            for page in ended:
                assert await page.closed() == (4401, "")
            # Until the rounds that would find it out have passed.
            await asyncio.sleep(5)
            for page in kept:
                assert (await page.send("me.get"))["result"]["person"]["id"] == ann.id

    run(work)


def test_a_session_that_is_no_more_closes_its_socket_without_the_bus(service: Service) -> None:
    ann, bea = service.sign_up("Ann"), service.sign_up("Bea")
    origin = {"Origin": service.url}

    def session_key(cookie: str) -> str:
        return dict(part.split("=", 1) for part in cookie.split("; "))["sessionid"]

    async def work() -> None:
        one = await asyncio.to_thread(service.log_in, ann)
        other = await asyncio.to_thread(service.log_in, bea)
        async with (
            dial(service, None, headers=origin | {"Cookie": one}) as ended,
            dial(service, None, headers=origin | {"Cookie": other}) as outdated,
        ):
            await ended.receive()
            await outdated.receive()
            sessions = Session.objects.filter(session_key=session_key(one))
            await asyncio.to_thread(sessions.delete)
            people = Person.objects.filter(id=bea.id)
            await asyncio.to_thread(lambda: people.update(password="!"))
            assert await ended.closed() == (4401, "")
            assert await outdated.closed() == (4401, "")

    run(work)
