"""How time and memory grow with the corpus, beside the stock recipe in the same run.

generated corpus -> builds and cold asks, each in a process of its own -> warm searches of
all sizes in turns -> growth, bars, plot
"""
