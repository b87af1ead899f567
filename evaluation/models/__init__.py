"""What is kept of how well it works: surveys with their answers, yearly programme reviews."""
