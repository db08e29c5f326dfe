"""Reviews: the figures of chosen people over a review period, with what is needed to tell them again later."""
