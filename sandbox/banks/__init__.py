"""Banks to try things on: a small server of several channels with books of its own, and faults that
one can set. `python -m sandbox.banks --help` tells more.
"""
