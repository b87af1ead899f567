"""Every write of the app "evaluation"."""
