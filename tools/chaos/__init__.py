"""`make chaos`: what a certifier released reaches the platforms once each, whatever is killed or fails on the way."""
