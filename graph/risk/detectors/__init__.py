"""Finding rings and mules in a list of transfers: plain Python, and nothing is trained."""
