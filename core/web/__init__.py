"""The web server around the pages: sign-in settings, closed doors, headers, health."""
