"""The composition root: settings, routing, Celery, engines. It may import all; none imports it."""
