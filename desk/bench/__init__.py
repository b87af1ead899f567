"""Measurements: each figure beside a limit taken in the same run. `make bench` runs them on servers of their own."""
