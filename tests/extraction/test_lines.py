"""Which lines of a body are labels of the page: ages, counts and times change with every fetch."""

import pytest

from newsarchive.extraction.lines import cleaned

TEXT = "The ferry to the outer islands will wait for spring.\nTwo of the three piers are closed until then."
LABELS = (
    "5 minutes ago",
    "Updated: an hour ago",
    "vor 48 Minuten",
    "Aktualisiert: vor 2 Std.",
    "vor einer Stunde",
    "il y a 12 minutes",
    "Mis à jour il y a une heure",
    "Mis à jour à 10h45",
    "hace 3 horas",
    "Actualizado 23/11 a las 10:45",
    "há 5 minutos",
    "12 minuti fa",
    "un'ora fa",
    "10 minuten geleden",
    "for 12 minutter siden",
    "för 2 timmar sedan",
    "5 минут назад",
    "Обновлено 23 ноября в 10:45",
    "3 години тому",
    "منذ 5 دقائق",
    "قبل ساعتين",
    "5分钟前",
    "3 小時前",
    "更新于 2026-11-23 10:45",
    "5分前",
    "更新日時 11月23日 10:45",
    "5분 전",
    "10 dakika önce",
    "15 minut temu",
    "před 5 minutami",
    "5 मिनट पहले",
    "5 phút trước",
    "5 นาทีที่แล้ว",
    "1,204 views",
    "12 Kommentare",
    "1204 次阅读",
    "3 min read",
    "Lesezeit: 4 Min.",
    "4 min de lectura",
    "3 分钟阅读",
    "1,204 views 12 comments",
    "Updated",
    "Aktualisiert um:",
    "Mis à jour le",
    "更新于",
    "延伸阅读: 三个山村",
)
SENTENCES = (
    "Vor 48 Minuten begann das Spiel, und noch steht es 0:0.",
    "Hace 3 horas salió el primer barco.",
    "Updated figures are expected on Monday.",
    "Publié en 2019, son livre parle des îles.",
    "5分钟前港务局宣布停航。",
    "There were 1,204 views of the harbour in the catalogue.",
)


@pytest.mark.parametrize("label", LABELS)
def test_ages_counts_and_times_are_no_text(label: str) -> None:
    """In whatever language; a page fetched again would be revised by them."""
    first, second = TEXT.split("\n")
    assert cleaned(f"{first}\n{label}\n{second}", known=()) == TEXT


@pytest.mark.parametrize("sentence", SENTENCES)
def test_sentences_that_begin_so_are(sentence: str) -> None:
    """Only a line that is nothing else is left out."""
    assert sentence in cleaned(f"{TEXT}\n{sentence}", known=())


@pytest.mark.parametrize(
    ("line", "kept"),
    [
        ("11 giugno 2020 alle 08:04", False),
        ("Thursday, June 11, 2020", False),
        ("čtvrtek 11. června 2020, 8:04 Autor: Anna Bell", False),
        ("Publicerad: 11 juni 2020 kl 08.04 Uppdaterad: 12 juni 2020", False),
        ("By Anna Bell", False),
        ("Por Anna Bell \u2014 Santos", False),
        ("۲۲ خرداد ۱۳۹۹، ۰۸:۰۴", False),
        ("By Tom Reed", True),
        ("The long night before 11 June 2020", True),
        ("11 June 2020: the day on which no ship left the harbour of the old town", True),
    ],
)
def test_days_and_bylines_before_the_first_sentence(line: str, kept: bool) -> None:  # noqa: FBT001 - a table of cases
    """They are fields of the record; headings that speak of a day or of somebody else are text."""
    told = cleaned(f"{line}\nThe harbour was closed before dawn.", known=(), authors=("Anna Bell",))
    assert told.startswith(line) is kept


def test_a_day_after_the_first_sentence_is_a_heading() -> None:
    """Chronicles have such headings; a line that says when the article was published is none."""
    text = "The harbour was closed.\n11 June 2020\nNo ship moved."
    assert cleaned(text, known=()) == text
    assert cleaned(text.replace("11 June", "Published 11 June"), known=()) == "The harbour was closed.\nNo ship moved."
