"""A local imitation of the platforms over real HTTP, for trial and tests. It issues nothing to anyone.

It follows what the vendors publish; where they are silent the source says "assumed". It knows nothing of
the rest of the product, and the product relies on nothing here that the vendors do not say.
"""
