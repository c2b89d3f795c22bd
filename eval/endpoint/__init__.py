"""Another assistant, asked over HTTP, and its reply read as an answer with citations.

URL -> client -> shapes (what came) -> reading (passages: where its words stand) -> Answer
"""
