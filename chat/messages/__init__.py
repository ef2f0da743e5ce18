"""What people say in rooms: sent, edited, recalled, reacted to."""
