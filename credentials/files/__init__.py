"""The files of an award: what each is for, and how each is made of the stored credential."""
