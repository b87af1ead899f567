"""Every write to definitions and awards that matters."""
