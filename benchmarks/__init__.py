"""Measurements that anybody can repeat: `python -m benchmarks`. Figures are ratios to a floor of the same run."""
