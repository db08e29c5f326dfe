"""Who signs in and may do what, and the records of who looked at what and took which file along."""
