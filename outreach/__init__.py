"""The public face of the office: roadmap, conversations, info sessions, inventory, questions."""
