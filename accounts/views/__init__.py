"""Pages about people, roles, seats, units and the calendar of a campus, and everyone's own page."""
