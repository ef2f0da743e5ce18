"""Whose phone numbers somebody has, kept as keyed digests for as long as they consent."""
