"""Who is there: online, away, or last seen at a moment."""
