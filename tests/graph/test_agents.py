"""What programs say of themselves, in words."""

import pytest

from graph.people.agents import read_agent

CHROME = "AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0"
IPHONE = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) AppleWebKit/605.1.15"


@pytest.mark.parametrize(
    ("agent", "words"),
    [
        (f"Mozilla/5.0 (Windows NT 10.0; Win64) {CHROME} Safari/537.36", ("Chrome", "Windows")),
        (f"Mozilla/5.0 (X11; Linux x86_64) Headless{CHROME} Safari/537.36", ("Chrome", "Linux")),
        (f"Mozilla/5.0 (Windows NT 10.0) {CHROME} Safari/537.36 Edg/140.0", ("Edge", "Windows")),
        (f"Mozilla/5.0 (Linux; Android 16; Pixel) {CHROME} Mobile Safari", ("Chrome", "Android")),
        (f"{IPHONE} Version/18.5 Mobile/15E148 Safari/604.1", ("Safari", "iPhone")),
        (f"{IPHONE} Mobile/15E148 MicroMessenger/8.0.5", ("WeChat", "iPhone")),
        ("Mozilla/5.0 (Macintosh; Intel Mac OS X 10.15; rv:140.0) Gecko Firefox/140.0",
         ("Firefox", "macOS")),
        ("Mozilla/5.0 (X11; CrOS x86_64 14541) Chrome/140.0 Safari/537.36", ("Chrome", "ChromeOS")),
        ("curl/8.14.1", ("curl", "")), ("Python-urllib/3.11", ("Python-urllib", "")),
        ("Python/3.11 websockets/17.4", ("Python", "")), ("", ("", "")), ("\x1b[31m", ("", "")),
        ("x" * 500, ("", "")), ("名片", ("名片", "")),
    ],
)  # fmt: skip
def test_an_agent_is_named(agent: str, words: tuple[str, str]) -> None:
    assert read_agent(agent) == words
