"""The lessons that come with the corpus, and a day on which their rules are in force."""

from datetime import date

from page_index import real_desk
from real_corpus import CORPUS

from app.teaching.lessons import load_lessons

DAY = date(2020, 1, 1)
SHIPPED = load_lessons(CORPUS, real_desk().library())
