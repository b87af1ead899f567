"""Every write of reviews: ballots, panels, sign-offs."""
