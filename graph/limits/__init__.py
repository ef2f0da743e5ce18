"""How much one person may lend another: the maximum flow over at most three hops of trust."""
