"""How well a credential works: surveys, yearly programme reviews, analytics."""
