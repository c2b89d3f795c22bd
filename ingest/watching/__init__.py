"""Sources outside the corpus that are looked at, and what a person is asked to accept from them.

    sources.toml -> fetching -> comparing (words, not bytes) -> proposals -> a person -> keeping
                    visits: what was seen, so that a run that was stopped goes on

Nothing is fetched unless sources.toml names it, and nothing enters the corpus by itself.
"""
