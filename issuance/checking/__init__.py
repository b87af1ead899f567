"""What stands against a request, a line and a decision, and who holds a credential already: reads only."""
