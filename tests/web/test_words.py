"""Words in every script: what is found by what."""

import sqlite3

import pytest

from newsarchive.web.words import indexable, match_expression, spans

FOUND = {
    "another case": ("IRAN", "Talks with Iran"),
    "without accents": ("election", "Une élection"),
    "an Arabic article in the text": ("عراق", "في العراق اليوم"),
    "an Arabic article in the query": ("العراق", "زيارة عراق"),
    "an Arabic article after a conjunction": ("العراق", "إيران والعراق"),
    "Arabic vowel marks": ("العراق", "العِرَاق"),
    "Arabic letters written in two ways": ("إيران", "ايران"),
    "Chinese words without spaces": ("东京", "他在东京都工作"),
    "one Chinese character": ("京", "他在东京"),
    "Japanese": ("大統領", "米大統領が訪問"),
    "Korean with a particle": ("이란", "이란과 협상"),
    "Thai": ("อิหร่าน", "เจรจากับอิหร่านแล้ว"),
    "Hindi": ("ईरान", "ईरान से वार्ता"),
    "Russian": ("иран", "Иран и США"),
    "words in any order": ("talks iran", "Iran resumes talks"),
    "words in quotes": ('"nuclear talks"', "the nuclear talks began"),
    "the beginning of a word": ("elec*", "the election"),
    "a word and punctuation": ("l'Iran", "L'Iran répond"),
}
NOT_FOUND = {
    "words in quotes in another order": ('"talks nuclear"', "the nuclear talks"),
    "a word left out": ("iran -iraq", "Iran and Iraq"),
    "a pair that only spans two words": ("东京", "东西南北京"),
    "half a word": ("elect", "the election"),
}
TYPED = (
    *('"', '""', "*", "-", "- -", "AND", "NOT", "NEAR(a b)", "a OR", "title:x", "{marks}: s1", "(", ")(", "^a", "a'b"),
    *("\x00", "'; DROP", "-iran", "🙂", "a\ud800b", "x" * 5000),
)


def matches(query: str, text: str) -> bool:
    """Tell whether a query finds a text in a full-text index made as ours is."""
    connection = sqlite3.connect(":memory:")
    try:
        tokens = "unicode61 remove_diacritics 2 categories 'L* N* Co Mn Mc'"
        connection.execute(f'CREATE VIRTUAL TABLE words USING fts5(title, body, marks, tokenize="{tokens}")')
        connection.execute("INSERT INTO words VALUES ('', ?, '')", (indexable(text),))
        expression = match_expression(query)
        return bool(
            expression and connection.execute("SELECT 1 FROM words WHERE words MATCH ?", (expression,)).fetchall()
        )
    finally:
        connection.close()


@pytest.mark.parametrize(("query", "text"), FOUND.values(), ids=FOUND)
def test_a_query_finds(query: str, text: str) -> None:
    """A word finds itself however it is written, and the part of the text where it stands is known."""
    assert matches(query, text)
    assert spans(text, query) or " " not in text or query == "العراق"


@pytest.mark.parametrize(("query", "text"), NOT_FOUND.values(), ids=NOT_FOUND)
def test_a_query_does_not_find(query: str, text: str) -> None:
    """What was not asked for is not found."""
    assert not matches(query, text)


@pytest.mark.parametrize("query", TYPED, ids=range(len(TYPED)))
def test_nothing_typed_is_syntax(query: str) -> None:
    """Whatever is typed is searched for or ignored, never an error of the index's query language."""
    assert matches(query, "nothing of that") is False
