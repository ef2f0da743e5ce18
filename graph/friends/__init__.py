"""Friendships, requests, family ties and blocks."""
