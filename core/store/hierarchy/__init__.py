"""The reporting tree as arrays: who is below whom today, and who was on any day."""
