"""The office over HTTP: reads, and one POST an act."""
