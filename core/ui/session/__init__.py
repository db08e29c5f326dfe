"""What outlives a run of a page: the process's settings and database, a session's results, open pages, the address."""
