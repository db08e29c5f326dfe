"""Imports of the directory: what a file changes, carried into people, lines and sums; recorded, and taken back."""
