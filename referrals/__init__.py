"""The directory, needs, providers tried, the loop."""
