"""Finding people: by name, by friends in common, by contacts and groups, as far as each allows."""
