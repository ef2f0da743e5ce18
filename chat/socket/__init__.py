"""The live door: one WebSocket per device, and a hub that writes each event once for a whole
room.
"""
