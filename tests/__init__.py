"""Tests on the real engines, with real commits; the folders mirror those of the service."""
