"""Celery entry points of intents."""

from celery import shared_task

from graph.database import GraphUnavailable
from graph.intents.services import forget_ended


@shared_task
def forget_ended_intents() -> int:
    """Take away what processes that are gone had intended; nothing while Neo4j is away."""
    try:
        return forget_ended()
    except GraphUnavailable:
        return 0
