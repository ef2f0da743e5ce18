"""How well a limit warns of frauds, measured on ratings that people in other networks gave."""
