"""Every write about learners on the way."""
