"""Whether the service lives, and whether it can do its work."""

from django.conf import settings
from django.db import DatabaseError, connection
from django.http import HttpRequest, JsonResponse
from redis import Redis, RedisError

from chat.doors.pool import run_in_pool


async def healthz(request: HttpRequest) -> JsonResponse:
    """Answer as long as the process lives."""
    return JsonResponse({"alive": True})


async def readyz(request: HttpRequest) -> JsonResponse:
    """Tell which engines answer; 503 unless PostgreSQL and the bus do.

    Neo4j is not asked: without it people chat, pay and lend on, only suggestions and risk questions
    wait.
    """
    checks = await run_in_pool(_check)
    return JsonResponse(checks, status=200 if all(checks.values()) else 503)


def _check() -> dict[str, bool]:
    return {"postgres": _postgres_answers(), "bus": _bus_answers()}


def _postgres_answers() -> bool:
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except DatabaseError:
        return False
    return True


def _bus_answers() -> bool:
    client = Redis.from_url(settings.REDIS_URL, socket_timeout=1, retry=None)
    try:
        return bool(client.ping())
    except RedisError:
        return False
    finally:
        client.close()
