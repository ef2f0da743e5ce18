"""Banks that fail beside everything else: now and then one payment at one of them goes wrong."""

import asyncio
import http.client
import json
import random
from collections.abc import Sequence
from typing import Any
from urllib.parse import urlsplit

# How often something goes wrong, in seconds, and how; a bank that is slow is so for longer than it
# is waited for.
PAUSE = (1.0, 4.0)
FAULTS = ("lose", "lose", "late", "hang", "twice", "down", "refuse")
SLOW_SECONDS = 3
CONNECT_SECONDS = 5


class Trouble:
    """Sets faults at the banks of an instance, which stand at `url`."""

    def __init__(self, url: str, *, seed: int) -> None:
        self._url = url
        self._chance = random.Random(seed)
        self.made = 0

    async def make(self) -> None:
        """Have one payment after the other go wrong until cancelled; then all banks are well."""
        channels = await asyncio.to_thread(self._list_channels)
        try:
            while True:
                await asyncio.sleep(self._chance.uniform(*PAUSE))
                await asyncio.to_thread(
                    self._set, self._chance.choice(channels), self._chance.choice(FAULTS)
                )
                self.made += 1
        finally:
            for channel in channels:
                self._set(channel, "none")

    def _list_channels(self) -> Sequence[str]:
        return [one["name"] for one in self._ask("GET", "/admin/channels")["channels"]]

    def _set(self, channel: str, fault: str) -> None:
        times = 0 if fault == "none" else 1
        wanted = {"fault": fault, "times": times, "seconds": SLOW_SECONDS}
        self._ask("PUT", f"/admin/channels/{channel}", wanted)

    def _ask(
        self, method: str, path: str, fields: object = None
    ) -> dict[str, list[dict[str, str]]]:
        line = http.client.HTTPConnection(urlsplit(self._url).netloc, timeout=CONNECT_SECONDS)
        try:
            line.request(method, path, json.dumps(fields) if fields is not None else None)
            response = line.getresponse()
            answer: dict[str, Any] = json.loads(response.read())
        finally:
            line.close()
        if response.status != http.client.OK:
            raise ConnectionError(f"The banks answer {response.status} to {method} {path}.")
        return answer
