"""Engines of the graph's benchmarks, in a data folder of their own, with nothing in them."""

import os

from bench.instance import DATA, prepare_environment

FOLDER = DATA / "graph"


def start_engines() -> None:
    """Start PostgreSQL, Valkey and Neo4j, set Django up, and empty what an earlier run left.

    The engines stop with this process.
    """
    prepare_environment(0)
    os.environ["KITH_DATA"] = str(FOLDER)
    from config.engines.instance import Instance
    from config.engines.launcher import ensure_engines

    instance = Instance(FOLDER)
    instance.prepare()
    ensure_engines(instance, ("postgres", "valkey", "neo4j"), print)
    import django

    django.setup()
    from django.core.management import call_command
    from django.db import connection

    with connection.cursor() as cursor:
        # The tables of the books refuse to be emptied.
        cursor.execute("DROP SCHEMA public CASCADE")
        cursor.execute("CREATE SCHEMA public")
    call_command("migrate", verbosity=0)
