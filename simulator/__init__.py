"""A simulated Claude Analytics API, a fictional company that uses it, and a demo sign-in.

Everything here is invented and serves the demo and the tests. The product never imports this package: the demo command
starts it as a process of its own, which listens on loopback only.
"""
