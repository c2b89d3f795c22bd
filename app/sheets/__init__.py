"""A sheet of questions in, the same sheet out with answers."""
