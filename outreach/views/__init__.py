"""The office's public pages, and its acts in the dashboard."""
