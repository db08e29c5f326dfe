"""What is known of Claude's API: the sealed key, how fast it may be asked, and from which day to which it has data."""
