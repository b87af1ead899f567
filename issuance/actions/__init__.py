"""Every write about requests, awards that come of them, and deliveries."""
