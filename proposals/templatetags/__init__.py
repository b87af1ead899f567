"""Template tags for the pages of proposals."""
