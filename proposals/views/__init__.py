"""Pages of proposals for those who write them, and for all who may read them."""
