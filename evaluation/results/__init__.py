"""What surveys say: counted, kept from telling of few, drawn as charts with tables."""
