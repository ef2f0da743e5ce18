"""A file that a command makes while it is sent."""

import csv
from io import StringIO

from tests.service import Service
from tests.web import ask, bearer
from wallet.accounts.statements import COLUMNS


def test_the_export_is_a_file_over_http(service: Service) -> None:
    ann = service.sign_up("Ann")
    fields = {"from": "2026-01-01", "to": "2098-12-31"}

    reply = ask(service, "/api/wallet.export", fields, Authorization=bearer(ann.token))

    assert reply.status == 200
    assert reply.headers["Content-Type"] == "text/csv; charset=utf-8"
    assert reply.headers["Content-Disposition"] == (
        'attachment; filename="kith-2026-01-01-2098-12-31.csv"'
    )
    rows = list(csv.reader(StringIO(reply.body.decode(), newline="")))
    assert rows[0] == list(COLUMNS)
    assert [row[2:6] for row in rows[1:]] == [
        ["opening", "2025-12-31T16:00:00.000Z", "", "0"],
        ["closing", "2098-12-31T16:00:00.000Z", "", "0"],
    ]
    assert ask(service, "/api/wallet.export", fields).code == "auth.required"
    wrong = ask(
        service, "/api/wallet.export", {"from": "x", "to": "y"}, Authorization=bearer(ann.token)
    )
    assert (wrong.status, wrong.code) == (400, "request.malformed")
