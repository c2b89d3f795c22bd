"""A text held against the corpus: its citations, its quotations, the rules that it states."""
