"""Figures, definitions and annotations in words."""
