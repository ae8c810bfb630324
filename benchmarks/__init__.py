"""The same book through policybook and through its peers, side by side: `python -m benchmarks --help`."""
