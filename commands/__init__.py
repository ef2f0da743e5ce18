"""What a command is: its frame, its handler, its refusals, and how often it may be sent again.

The lowest layer: it knows nothing of people, money or rooms, and imports nothing of ours.
"""
