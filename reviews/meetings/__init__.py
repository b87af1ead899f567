"""Meetings of bodies: who runs one, what is on the agenda, who is there, its minutes and its packet of papers."""
