"""The definitions that all figures share: active people, tiers, sums, rates, medians, trends."""
