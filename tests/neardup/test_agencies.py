"""Which agencies an article credits."""

import pytest

from newsarchive.neardup.agencies import agencies
from tests.conftest import article

BODY = "The harbour office said that nothing had been decided. The council meets again in spring."


@pytest.mark.parametrize(
    ("text", "authors", "credited"),
    [
        (f"PARIS (AFP) - {BODY}", (), ("AFP",)),
        (f"LONDON, Nov 23 (Reuters) - {BODY}", (), ("Reuters",)),
        (f"Berlin (dpa) - {BODY}", (), ("dpa",)),
        (f"Berlin (dpa/AFP) – {BODY}", (), ("dpa", "AFP")),
        (f"WASHINGTON (AP) — {BODY}", (), ("AP",)),
        (f"МОСКВА, 23 ноября. /ТАСС/. {BODY}", (), ("TASS",)),
        (f"ЗАОЗЁРСК (ТАСС) - {BODY}", (), ("TASS",)),
        ("新华社北京11月23日电 港口办公室表示尚未作出决定。", (), ("Xinhua",)),
        ("【東京=共同】港の事務所は何も決まっていないと述べた。", (), ("Kyodo",)),
        ("رأس البر (أ ف ب) - قال مكتب الميناء إن شيئا لم يتقرر.", (), ("AFP",)),
        (f"{BODY}\n(ANSA).", (), ("ANSA",)),
        (f"{BODY}\nSource: Reuters", (), ("Reuters",)),
        (BODY, ("Jane Doe", "AFP"), ("AFP",)),
        (BODY, ("AFP/Reuters",), ("AFP", "Reuters")),
        (f"PARIS (AFP) - {BODY}", ("AFP",), ("AFP",)),
        (BODY, (), ()),
        ("The AP classes (two of them) at the school were full; its AFP scouts went home.", (), ()),
        (f"{BODY}\nHe told Reuters on Monday that he had not slept.", (), ()),
        ("He walked into (the rain) and a Reuters reporter followed him home.", (), ()),
    ],
)
def test_credits(text: str, authors: tuple[str, ...], credited: tuple[str, ...]) -> None:
    """Datelines, closing lines and bylines count; an agency that is only mentioned does not."""
    assert agencies(article(text=text, authors=authors)) == credited
