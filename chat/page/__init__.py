"""The web page: one shell, ES modules, no build step."""
