#!/usr/bin/env python
"""Kith's command line: Django's commands and our own, on the engines of the instance KITH_DATA
names.
"""

import os
import sys


def main() -> None:
    """Start the engines that the command needs and are not running, then run it."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    from config.engines.instance import Instance
    from config.engines.launcher import ensure_engines
    from config.engines.needs import engines_for
    from config.engines.problems import EngineProblem

    names = engines_for(sys.argv[1:])
    try:
        if names:
            instance = Instance.current()
            instance.prepare()
            ensure_engines(instance, names, say=lambda line: print(line, file=sys.stderr))
    except EngineProblem as problem:
        sys.exit(f"manage.py: {problem}")

    from django.core.management import execute_from_command_line

    execute_from_command_line(sys.argv)


if __name__ == "__main__":
    main()
