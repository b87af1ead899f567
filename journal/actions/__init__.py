"""Every write of the journal that matters."""
