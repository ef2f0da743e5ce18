"""TigerBeetle's tables of expected results, run against our own ledger."""
