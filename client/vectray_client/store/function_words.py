"""Words and characters that hold a sentence together and say nothing about its subject.

They are indexed like all others; only a query does without them, because a question is full of them.
"""

from typing import Final

HAN_FUNCTION_CHARACTERS: Final = frozenset(
    "的了是在有和与及或之其为以于也都就而被把由从到对向者所并且但"  # particles, prepositions, conjunctions
    "这那哪个什么谁吗呢吧啊些几多少怎样如何请问"  # what questions are asked with
)

ENGLISH_FUNCTION_WORDS: Final = frozenset(
    """
    a about also an and any are as at be been but by can could did do does for from give had has have he her him his how
    i if in into is it its many may me more most my no not of on or our s she should so some such t than that the their
    them then there these they this those to upon us was we were what when where which who whom whose why will with would
    you your
    """.split()  # noqa: SIM905 - a hundred quoted words would be harder to read
)
