"""Benchmarks, each run as a module; they print JSON lines."""
