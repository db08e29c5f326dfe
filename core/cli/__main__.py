"""`python -m core.cli`: the program `uptake`, where its script is not installed."""

from core.cli.entry import main

main()
