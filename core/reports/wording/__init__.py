"""Figures and definitions in words."""
