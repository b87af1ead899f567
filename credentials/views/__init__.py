"""Pages and files that strangers, learners and programs see of credentials and awards."""
