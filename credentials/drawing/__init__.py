"""Drawings of badges: SVG from people made safe and canonical, SVG of our own from a few choices, and either as pixels.

Everything here is a function of values, without queries. What cannot be taken is said by `DrawingError` in a sentence
that names the line and what to do.
"""
