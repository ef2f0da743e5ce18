"""Refusals about contacts."""

from commands.errors import Refusal


class ConsentNeeded(Refusal):
    """Contacts are kept only with the person's consent, which the command has to say."""

    code = "contacts.consent_needed"
    status = 403
    message = "Your contacts are kept only with your consent."


class TooManyContacts(Refusal):
    """More numbers than are kept of one person."""

    code = "contacts.too_many"
    status = 409
    message = "At most {most} numbers of yours are kept."


class TooManyToday(Refusal):
    """The person has asked for as many numbers today as one may, so that nobody tries them all."""

    code = "contacts.too_many_today"
    status = 429
    message = "At most {most} numbers can be sent in a day; go on tomorrow."
