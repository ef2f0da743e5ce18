"""Carrying out many callers' commands of one kind in one transaction."""

import logging
from collections.abc import Callable, Mapping, Sequence

from django.db import Error, transaction

from commands.errors import IdReused, Refusal
from commands.execute import Answer
from commands.frames import Kept, Result, Written
from commands.gates import gates_to_pass
from commands.keys import find_answers, keep_answers, make_key
from commands.registry import ALONE, Again, Alone, Job, Registration

logger = logging.getLogger(__name__)

Decided = Answer | Refusal | Alone | Again


def may_go_with_others(registration: Registration, job: Job) -> bool:
    """Tell whether the command may be carried out beside those of others: nothing stands before it
    that has to be proved first.
    """
    many = registration.many
    return (
        many is not None
        and job.caller.command_id is not None
        and many.fits(job.command)
        and not gates_to_pass(registration, job.command)
    )


def execute_many(registration: Registration, jobs: Sequence[Job]) -> list[Decided]:
    """Carry out the jobs in one transaction; return for each its answer, its refusal, ALONE
    where it is to be carried out by itself, or AGAIN where it is to come once more.

    What is refused leaves no trace. Whatever else goes wrong for one of them, all are to be carried
    out by themselves, and nothing has happened. The number of statements does not grow with the
    number of jobs.
    """
    assert registration.many is not None
    try:
        if registration.many.screen is not None:
            return _screen(registration, registration.many.screen, jobs)
        with transaction.atomic():
            return _decide(registration, jobs)
    except Error as error:
        # A lock that another holds, a key that another took meanwhile, a connection that broke.
        logger.info("%s is carried out one by one: %s", registration.name, error)
    except Exception:
        logger.exception("%s is carried out one by one", registration.name)
    return [ALONE] * len(jobs)


def _decide(registration: Registration, jobs: Sequence[Job]) -> list[Decided]:
    decided, fresh = _find_earlier(registration, jobs)
    _handle_some(registration, jobs, fresh, decided)
    return decided


def _screen(
    registration: Registration,
    screen: Callable[[Sequence[Job]], Mapping[int, Refusal]],
    jobs: Sequence[Job],
) -> list[Decided]:
    decided: list[Decided] = [ALONE] * len(jobs)
    hopeless = screen(jobs)
    for place, refusal in hopeless.items():
        decided[place] = refusal
    rest = [place for place in range(len(jobs)) if place not in hopeless]
    if rest:
        with transaction.atomic():
            outcomes = _decide(registration, [jobs[place] for place in rest])
        for place, outcome in zip(rest, outcomes, strict=True):
            decided[place] = outcome
    return decided


def _find_earlier(
    registration: Registration, jobs: Sequence[Job]
) -> tuple[list[Decided], list[int]]:
    """Return what was decided of the jobs before, ALONE for the others, and which are to be
    decided now.
    """
    decided: list[Decided] = [ALONE] * len(jobs)
    earlier = find_answers(registration, jobs)
    seen = set()
    fresh: list[int] = []
    for place, job in enumerate(jobs):
        if (answer := earlier.get(place)) is not None:
            decided[place] = _replay(answer)
        elif (key := (job.caller.person_id, job.caller.command_id)) not in seen:
            # The same id twice in one go: the second one asks again after the first.
            seen.add(key)
            fresh.append(place)
    return decided, fresh


def _handle_some(
    registration: Registration, jobs: Sequence[Job], places: Sequence[int], decided: list[Decided]
) -> None:
    if places:
        outcomes = _handle(registration, [jobs[place] for place in places])
        for place, outcome in zip(places, outcomes, strict=True):
            decided[place] = outcome


def _handle(registration: Registration, jobs: Sequence[Job]) -> list[Decided]:
    assert registration.many is not None
    decided: list[Decided] = []
    done: list[tuple[int, Result | Written]] = []
    refused: list[int] = []
    for place, outcome in enumerate(registration.many.handle(jobs)):
        if isinstance(outcome, Result | Written):
            done.append((place, outcome))
            decided.append(ALONE)
        elif isinstance(outcome, Kept):
            decided.append(Answer(outcome.text))
        else:
            decided.append(outcome)
            if isinstance(outcome, Refusal):
                refused.append(place)
    if done:
        keys = [make_key(registration, jobs[place], result) for place, result in done]
        keep_answers(keys)
        for (place, _), kept in zip(done, keys, strict=True):
            decided[place] = Answer(kept.text)
    # What refuses one may be what this very id has done since we looked, over another door.
    if refused:
        since = find_answers(registration, [jobs[place] for place in refused])
        for index, answer in since.items():
            decided[refused[index]] = _replay(answer)
    return decided


def _replay(answer: str | IdReused) -> Answer | IdReused:
    return Answer(answer, replayed=True) if isinstance(answer, str) else answer
