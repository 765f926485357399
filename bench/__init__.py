"""Measures the product against the smallest program that does the same (docs/speed.md)."""
