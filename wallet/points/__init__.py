"""Pay Points: a score that a person may ask for, can read, and may let services ask about."""
