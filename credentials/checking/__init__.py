"""Checking badges: ours by our own rows, anyone's by what their issuers publish, fetched safely."""
