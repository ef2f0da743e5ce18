"""Money at the peak: transfers, envelopes and splits beside a limit, a peer and the naive way."""
