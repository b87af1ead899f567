"""A campus's policy as people read it: its public page, its route as a drawing, two revisions compared."""
