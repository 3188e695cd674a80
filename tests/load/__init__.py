"""Benchmarks: figures of one run beside each other, never asserted."""
