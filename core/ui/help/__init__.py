"""The parts of the page How it is counted."""
