"""The forms of a report: terminal, JSON, JUnit XML, Markdown, one HTML page."""
