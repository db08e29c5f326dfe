"""The write half: which days to read, reading and storing them, one writer at a time."""
