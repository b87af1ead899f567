"""How badges are taken and used: figures by day from our own pages, from what platforms offer, and from their reports."""
