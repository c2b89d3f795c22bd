"""Answers on whole documents, made of the facts that clauses state."""
