"""Two places at once over the running service: the PIN is asked for, over both doors."""

import asyncio
import json
import urllib.error
import urllib.request
import uuid
from typing import Any

from websockets.asyncio.client import connect

from tests.service import PASSWORD, Service, Someone

SHANGHAI, PARIS = "31.23,121.47,CN", "48.86,2.35,FR"
PATIENCE = 20.0


def post(service: Service, token: str, command: str, place: str, **fields: Any) -> Any:
    """Send a command from a place, and return its result or its error."""
    request = urllib.request.Request(
        f"{service.url}/api/{command}",
        data=json.dumps({"id": str(uuid.uuid4()), **fields}).encode(),
        headers={"Authorization": f"Bearer {token}", "Kith-Place": place},
    )
    try:
        with urllib.request.urlopen(request, timeout=PATIENCE) as answer:
            return json.loads(answer.read())["result"]
    except urllib.error.HTTPError as refused:
        return json.loads(refused.read())["error"]


async def over_socket(service: Service, token: str, place: str, **frame: Any) -> Any:
    """Send one frame over a socket from a place, and return its answer."""
    url = service.url.replace("http", "ws", 1) + "/ws/"
    headers = {"Authorization": f"Bearer {token}", "Kith-Place": place}
    async with asyncio.timeout(PATIENCE), connect(url, additional_headers=headers) as socket:
        await socket.send(json.dumps({"id": "00000000-0000-4000-8000-000000000001", **frame}))
        async for text in socket:
            answer = json.loads(text)
            if answer["type"] in ("ok", "error"):
                return answer
    raise AssertionError("The socket was closed without an answer.")


def make_two(service: Service) -> tuple[Someone, Someone, str]:
    """Make two people, and sign the first one in by a second device."""
    payer = service.sign_up("Paula Payer", funds=10_000)
    second = service.call("token.create", username=payer.username, password=PASSWORD)["token"]
    return payer, service.sign_up("Rita Receiver"), second


def test_a_payment_from_another_continent_a_moment_later_is_held(service: Service) -> None:
    payer, payee, other = make_two(service)
    post(service, payer.token, "wallet.get", SHANGHAI)

    before = post(service, payer.token, "transfer.send", SHANGHAI, to=payee.id, amount=100)
    after = post(service, other, "transfer.send", PARIS, to=payee.id, amount=100)

    assert "under_review" not in before["transfer"]
    # Who has set no PIN cannot type it.
    assert after["transfer"]["under_review"] is True
    refused = post(service, payee.token, "transfer.accept", "", transfer=after["transfer"]["id"])
    assert refused["code"] == "transfer.under_review"


def test_a_socket_from_another_continent_is_noticed(service: Service) -> None:
    payer, payee, other = make_two(service)
    post(service, payer.token, "wallet.get", SHANGHAI)

    answer = asyncio.run(
        over_socket(service, other, PARIS, type="transfer.send", to=payee.id, amount=100)
    )

    assert answer["result"]["transfer"]["under_review"] is True
