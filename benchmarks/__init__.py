"""Measurements that anybody can repeat: `python -m benchmarks`. Each figure stands beside its bound."""
