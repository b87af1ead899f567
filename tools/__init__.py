"""What developers run: checks of the codebase itself. Nothing here is part of the running product."""
