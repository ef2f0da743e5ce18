"""A forgotten password: a link by mail, valid for an hour and for one use."""

import logging
import smtplib
import time
from collections.abc import Sequence
from datetime import datetime, timedelta
from urllib.parse import urlencode
from uuid import UUID

from django.conf import settings
from django.contrib.auth.tokens import default_token_generator
from django.core.mail import send_mail
from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import override
from uuid_utils.compat import uuid7

from graph.people.errors import ResetLinkInvalid
from graph.people.models import Person
from graph.people.selectors import list_by_email
from graph.people.services import set_forgotten_password
from graph.people.throttle import count_wrong_try, refuse_when_locked, whose_tries
from outbox.registry import Later, Recorded
from outbox.services import NewEvent, record

logger = logging.getLogger(__name__)

MAIL_LINK = "mail.reset"
WORK_SECONDS = 10.0
PAUSE = timedelta(seconds=10)


def ask_for_link(*, email: str, at: datetime) -> None:
    """Have a link mailed to everybody with this address; say nothing about whether there is one.

    Raises Locked when it was asked for too often.
    """
    people = list_by_email(email=email)
    counted = [whose_tries(person, email) for person in people] or [whose_tries(None, email)]
    for whose in counted:
        refuse_when_locked(f"reset:{whose}")
        count_wrong_try(f"reset:{whose}")
    # Mailed by the worker, and recorded for unknown addresses too: how long the answer takes does
    # not tell whether somebody was found.
    payload = {"email": email, "asked_at": at.timestamp()}
    with transaction.atomic():
        record(NewEvent(topic=MAIL_LINK, key=uuid7(), version=1, payload=payload))


def mail_links(events: Sequence[Recorded], at: datetime) -> Later:
    """Mail the links that were asked for within the last hour; what the mail server does not take
    now waits.
    """
    later = Later()
    # A batch has to be done before another worker may take it over.
    deadline = time.monotonic() + WORK_SECONDS
    for event in events:
        if at.timestamp() - event.payload["asked_at"] > settings.PASSWORD_RESET_TIMEOUT:
            logger.warning("a reset mail came too late and was not sent")
            continue
        has_stopped = bool(later.events) or time.monotonic() > deadline
        if has_stopped or not _mail_links_to(event.payload["email"]):
            later.events[event.id] = at + PAUSE
    return later


def _mail_links_to(email: str) -> bool:
    """Mail everybody with this address; tell whether the mail server is there."""
    try:
        for person in list_by_email(email=email):
            _mail_link(person)
    except OSError as error:
        logger.warning("reset mails wait: %s", error)
        return False
    return True


def _mail_link(person: Person) -> None:
    query = {"person": str(person.id), "token": default_token_generator.make_token(person)}
    link = f"{settings.PAGE_URL}/reset?{urlencode(query)}"
    with override(person.language):
        subject = _("A new password for Kith")
        body = _(
            "Hello %(name)s,\n\nsomebody, hopefully you, asked for a new password for"
            " @%(username)s.\nOpen this link within an hour to choose one:\n\n%(link)s\n\n"
            "If it was not you, do nothing."
        ) % {"name": person.name, "username": person.username, "link": link}
    try:
        send_mail(subject, body, settings.DEFAULT_FROM_EMAIL, [person.email])
    except (smtplib.SMTPRecipientsRefused, smtplib.SMTPDataError) as error:
        # The server is there and does not want it; it would not the next time either.
        logger.warning("a reset mail could not be sent: %s", error)


def reset_password(*, person_id: UUID, token: str, new: str) -> None:
    """Set a new password by a link's token. Raises ResetLinkInvalid and WeakPassword."""
    person = Person.objects.filter(id=person_id).first()
    if person is None or not default_token_generator.check_token(person, token):
        raise ResetLinkInvalid()
    set_forgotten_password(person=person, new=new)
