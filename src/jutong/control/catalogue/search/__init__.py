"""Search of the catalogue (目录检索): one index of our own, so that every database gives the same hits in the same order.

`folding` and `pinyin` say when two texts are the same; `documents` what of an entry is searched; `block` finds character
sequences in many documents; `matching` scores a word with its synonyms and slips; `engine` filters, counts and orders;
`upkeep` keeps the index in step with the tables; `query` is the use case; `highlight` shows why a hit is one.
"""
