"""The 1:1 brief: what stands out in one person's figures, chosen by rule and the same text for whoever reads it."""
