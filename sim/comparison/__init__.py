"""Variants of a scenario side by side: under common random numbers, and swept over a grid of values."""
