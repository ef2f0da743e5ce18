"""Killing processes again and again under people who keep paying, with the proof that every fen is
where it was said to be.
"""
