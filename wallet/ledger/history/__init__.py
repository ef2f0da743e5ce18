"""Judging the recorded history of a bank: were the books ever seen in a state they cannot have?"""
