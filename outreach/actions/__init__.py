"""Every write of the app "outreach"."""
