"""Finding credentials: what an entry of the index says, searching and filtering it, and words that were mistyped."""
