"""The version of Interleave, and nothing else: watched processes import this package on their way to the probe."""

__version__ = "0.1.0"
