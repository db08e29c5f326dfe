"""What surrounds every page: navigation, introduction, theme, styles, errors, empty states."""
