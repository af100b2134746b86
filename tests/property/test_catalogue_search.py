"""What holds of searching for all titles: what is written is found, and marks break nothing."""

import re

from hypothesis import given, settings
from hypothesis import strategies as st

from jutong.control.catalogue.api import Fragment
from jutong.control.catalogue.search.folding import fold
from jutong.control.catalogue.search.highlight import marked, snippet
from jutong.control.catalogue.search.terms import Place
from tests.support.searching import an_engine, titles

CHINESE = st.characters(min_codepoint=0x4E00, max_codepoint=0x9FA5)
TITLES = st.lists(st.text(CHINESE, min_size=2, max_size=12), min_size=1, max_size=6, unique_by=fold)
ANY = st.text(max_size=60)


@settings(max_examples=40)
@given(titles_=TITLES, place=st.integers(0, 100), at=st.integers(0, 100))
def test_every_entry_is_found_by_any_two_neighbours_of_its_title(titles_, place, at):
    entries = [(title, "市一局", "", ()) for title in titles_]
    title = titles_[place % len(titles_)]
    start = at % (len(title) - 1)
    assert title in titles(an_engine(*entries), title[start : start + 2], *entries)


@settings(max_examples=60)
@given(text=ANY, word=st.text(min_size=1, max_size=4))
def test_marking_loses_and_adds_no_character(text, word):
    words = an_engine((text or "空", "局", text, ())).words([fold(word) or "空"])
    fragments = marked(text, words, Place.TITLE)
    assert "".join(part.text for part in fragments) == text
    assert "".join(part.text for part in snippet(text, words)).replace("…", "") in text.replace("…", "")


@settings(max_examples=60)
@given(parts=st.lists(st.tuples(st.text(alphabet="<>&\"'ab婚/ ", max_size=12), st.booleans()), max_size=5))
def test_what_stands_in_a_title_is_never_markup(parts):
    from jutong.pages.desk.hits import marked as drawn

    html = drawn(tuple(Fragment(text, on) for text, on in parts))
    assert "<" not in re.sub(r"</?mark>", "", html)
