"""The parts of the admins' pages."""
