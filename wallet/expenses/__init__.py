"""What people in a room lay out for each other, who owes what of it, and settling up."""
