"""Pages that check a text, and that answer a sheet of questions."""
