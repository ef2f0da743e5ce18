"""Where people are when they sign in and pay: looked up, never guessed."""
