"""Every write about who is who. `by=None` stands for the system itself (commands, the demo); all is recorded."""
