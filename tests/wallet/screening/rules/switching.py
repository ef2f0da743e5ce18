"""Rules switched for the length of a test; what was before is set again, for the other tests."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime

from wallet.screening.rules.registry import Mode
from wallet.screening.rules.switches import settings_at, switch
from wallet.screening.selectors import find_mark


@contextmanager
def rules(at: datetime, *, mode: Mode = "on", **thresholds: Mapping[str, int]) -> Iterator[None]:
    """Have only the named rules in a mode, with thresholds (`habit__new_payee={"amount": 5}`), and
    all others off.
    """
    before = dict(settings_at(find_mark()).rules)
    wanted = {name.replace("__", "."): values for name, values in thresholds.items()}
    for name, was in before.items():
        if name in wanted or was.mode != "off":
            _set(name, mode if name in wanted else "off", wanted.get(name, {}), at)
    try:
        yield
    finally:
        for name, was in before.items():
            if name in wanted or was.mode != "off":
                _set(name, was.mode, was.thresholds, at)


def _set(name: str, mode: Mode, thresholds: Mapping[str, int], at: datetime) -> None:
    switch(name=name, mode=mode, thresholds=thresholds, reason="test", person_id=None, at=at)
