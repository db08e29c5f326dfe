"""Figures of the whole organisation as Claude counts them: no person stands in any of them."""
