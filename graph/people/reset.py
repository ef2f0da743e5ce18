"""A forgotten password: a link by mail, valid for an hour and for one use."""

import logging
from urllib.parse import urlencode
from uuid import UUID

from django.conf import settings
from django.contrib.auth.tokens import default_token_generator
from django.core.mail import send_mail
from django.utils.translation import gettext as _
from django.utils.translation import override

from graph.people.errors import ResetLinkInvalid
from graph.people.models import Person
from graph.people.services import set_forgotten_password
from graph.people.throttle import count_wrong_try, refuse_when_locked

logger = logging.getLogger(__name__)


def send_reset_link(*, email: str) -> None:
    """Mail a link to everybody with this address; say nothing about whether there is one.

    Raises Locked when it was asked for too often.
    """
    refuse_when_locked(f"reset:{email}")
    count_wrong_try(f"reset:{email}")
    for person in Person.objects.filter(email__iexact=email)[:5]:
        _mail_link(person)


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
    except OSError as error:
        # Telling the caller would tell whether the address is known.
        logger.warning("a reset mail could not be sent: %s", error)


def reset_password(*, person_id: UUID, token: str, new: str) -> None:
    """Set a new password by a link's token. Raises ResetLinkInvalid and WeakPassword."""
    person = Person.objects.filter(id=person_id).first()
    if person is None or not default_token_generator.check_token(person, token):
        raise ResetLinkInvalid()
    set_forgotten_password(person=person, new=new)
