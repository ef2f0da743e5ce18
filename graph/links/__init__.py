"""Links by which people become friends: made by one, handed out, followed by others."""
