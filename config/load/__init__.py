"""The load of a peak on a private instance, up to what the machine can do, with the proof that
nothing was lost and nothing paid twice.
"""
