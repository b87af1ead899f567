"""What bodies do, over HTTP; one module a noun."""
