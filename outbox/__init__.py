"""What must reach somebody after the commit: events for other parts, notices for people, frames for
sockets.

Events and notices are rows in the caller's transaction; frames are pushed once it has committed.
"""
