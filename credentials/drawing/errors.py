"""What is wrong with a drawing, in a sentence for the person who sent it."""

from __future__ import annotations


class DrawingError(ValueError):
    """The drawing cannot be taken: the sentence says why, where, and what to do."""
