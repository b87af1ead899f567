"""Pages for offerings and what learners have shown in them."""
