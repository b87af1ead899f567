"""The stories of the demo: who did what, how many days before the loading. One module a campus."""
