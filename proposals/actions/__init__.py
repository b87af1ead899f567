"""Every write to proposals that matters."""
