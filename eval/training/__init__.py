"""How the project's own model is made: questions -> pairs -> training -> exported weights."""
