"""Benchmarks: ours, a peer and the floor in one run, as ratios. See bench/README.md."""
