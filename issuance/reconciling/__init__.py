"""What platforms hold against what we say they hold: each night, and after a database was restored."""
