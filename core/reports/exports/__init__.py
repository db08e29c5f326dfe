"""Files that people take away: the same figures as the pages', through the same gate."""
