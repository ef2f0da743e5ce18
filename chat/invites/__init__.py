"""Links by which people come into a group, and who asks to be let in."""
