"""What waits for a person and what they wait for, across all apps: values for home pages and the dashboard's front.

Each function costs a fixed number of queries, however much waits.
"""
