"""Claude's accounts and the people of the directory: who is whose, what admins decided, and what is nobody's."""
