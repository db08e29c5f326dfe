"""What people and admins say about days: notes, context marks and annotations."""
