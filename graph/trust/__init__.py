"""Trust lines: how far one person stands behind another, and what loans reserve of it."""
