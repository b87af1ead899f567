"""Taking a badge elsewhere: ways out, cards on other pages, and how often they are used."""
