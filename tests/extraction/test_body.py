"""The body is all of the article and nothing else, whatever the markup."""

import pytest

from newsarchive.extraction import explain, extract
from tests.extraction.making import PROSE, news, page

URL = "https://news.example.org/world/2020/06/11/the-harbour-is-closed"
BODY = "".join(f"<p>{prose}</p>" for prose in PROSE)
WHOLE = "\n".join(PROSE)
LONG = " ".join(PROSE)


def _body(body: str, **parts: str) -> str:
    return extract(page(body=body, **parts), URL).text


def test_a_table_that_lays_out_the_page_keeps_its_paragraphs_apart() -> None:
    """Line breaks in the one cell that holds the article are paragraphs, and what other cells say is left out."""
    cell = "<br><br>".join(PROSE)
    html = (
        "<html><head><title>The harbour is closed</title></head><body><table><tr><td><a href=/>Home</a></td>"
        f"<td><h1>The harbour is closed</h1>{cell}</td><td><a href=/2>Other news</a></td></tr></table></body></html>"
    )
    assert extract(html.encode(), URL).text == WHOLE


def test_a_table_of_data_stays_a_table() -> None:
    """Cells that hold values keep their rows."""
    rows = "".join(f"<tr><td>Pier {i}</td><td>{i * 11} ships</td></tr>" for i in range(1, 5))
    text = _body(f"{BODY}<table><tr><th>Pier</th><th>Waiting</th></tr>{rows}</table>")
    assert "| Pier 3 | 33 ships |" in text


def test_a_gallery_is_told_in_its_captions() -> None:
    """Where captions hold most of the text they are the article, in their order."""
    slides = "".join(
        f'<figure class="slide"><img src=x><figcaption class="caption"><h2>Pier {i}</h2><p>{LONG} {i}</p></figcaption></figure>'  # noqa: E501 - a line of a page
        for i in range(1, 6)
    )
    text = _body(f"<p>{PROSE[0]}</p>{slides}")
    assert [i for i in range(1, 6) if f"{LONG} {i}" in text] == [1, 2, 3, 4, 5]


def test_a_few_captions_are_no_gallery() -> None:
    """Captions beside an article are left out."""
    captions = "".join(f"<figure><img src=x><figcaption>{LONG} {i}</figcaption></figure>" for i in range(2))
    assert _body(BODY * 3 + captions) == WHOLE


@pytest.mark.parametrize(
    "box",
    [
        '<ul class="related_post"><li><a href=/1>One</a><small>{}</small></li><li><a href=/2>Two</a><small>{}</small></li></ul>',  # noqa: E501 - a line of a page
        '<div id="comments"><ol class="comment-list"><li><p>{}</p></li><li><p>{}</p></li></ol></div>',
        '<div class="author-description"><h2>About the author</h2>{} {}</div>',
    ],
)
def test_other_parts_are_left_out_however_long_they_are(box: str) -> None:
    """Related posts, comments and biographies are no article, even where they are longer than it."""
    other = "Nobody would have thought of the old lighthouse, which has stood there since the war and serves no ship."
    assert _body(BODY, after=box.format(other, other)) == WHOLE


INVITED = "Create an account to keep articles and to have our best stories in your inbox every morning, free of charge."


@pytest.mark.parametrize(
    "box",
    [
        f'<div class="modal fade"><div class="modal-body"><p>{INVITED}</p></div></div>',
        f"<div hidden><p>{INVITED}</p></div>",
        f'<div role="dialog"><p>{INVITED}</p></div>',
        f'<section style="display: none"><p>{INVITED}</p></section>',
        f'<div class="x1"><h3>The Morning Quay</h3><p>{INVITED}</p><form><input type="email"></form></div>',
        '<p>Irgendwas: <a href="/world/2020/06/10/the-old-bridge">The old bridge stays closed until the summer</a></p>',
        '<p>Baca juga: <a href="/world/2020/06/10/the-old-bridge">Jembatan lama ditutup</a> hingga musim panas</p>',
    ],
)
def test_what_is_put_between_paragraphs_is_left_out(box: str) -> None:
    """Parts that are not shown, forms for an address, and pointers to other articles are no text."""
    first, *others = (f"<p>{prose}</p>" for prose in PROSE)
    assert _body(first + box + "".join(others)) == WHOLE


def _card(heading: str, teaser: str) -> str:
    return f'<div class="y7"><h3><a href="/world/{heading[:3]}">{heading}</a></h3><p>{teaser}</p></div>'


TEASER = "The county said on Monday that drivers were asked to use the ring road until the holidays are over."


def test_cards_of_other_articles_are_left_out() -> None:
    """Boxes in a row that are a linked headline and a teaser are other articles, whatever they are called."""
    cards = _card("Bridge closed for repairs", TEASER) + _card("School gets a new roof", TEASER)
    assert _body(f"{BODY}<div>{cards}</div>") == WHOLE


def test_parts_of_the_article_whose_headings_are_links_stay() -> None:
    """Parts that say more than a teaser does are of the article, and so is the whole of what is told in such parts."""
    parts = _card("Bridge closed for repairs", LONG) + _card("School gets a new roof", LONG[:-1])
    assert "School gets a new roof" in _body(BODY + f"<div>{parts}</div>")
    assert TEASER in _body(f"<div>{_card('Bridge closed', TEASER)}{_card('School roof', TEASER + TEASER)}</div>")


def test_a_text_that_is_hidden_until_it_is_wanted_stays() -> None:
    """An article that a script unfolds is read although it is hidden."""
    assert _body(f'<div style="display:none">{BODY}</div>') == WHOLE


def test_explaining_a_record_does_not_change_it() -> None:
    """Rejected candidates are looked up without touching what is chosen."""
    box = f'<div class="author-info"><p>{LONG} {LONG}</p></div>'
    html = page(body=f"<p>{PROSE[0]}</p>", after=box)
    assert explain(html, URL).article == extract(html, URL)


@pytest.mark.parametrize(
    "wall",
    [
        "<h2>This article is exclusive to Quay+ subscribers</h2>",
        "<p>Cet article est réservé aux abonnés</p>",
        "<p>Dieser Artikel ist nur für Abonnenten</p>",
        "<p>Este contenido es exclusivo para suscriptores</p>",
        "<h3>Already have an account?</h3>",
    ],
)
def test_nothing_after_a_paywalls_notice_is_the_article(wall: str) -> None:
    """What follows the notice is an offer."""
    offer = "<p>Unlock it with a plan that gives you in-depth analysis, newsletters and events all year.</p>"
    assert _body(BODY + wall + offer) == WHOLE


@pytest.mark.parametrize(
    "line",
    [
        "版权所有 某某网 经营许可证编号 甲B2-20040031",
        "甲ICP备05000248号",
        "有料会員に登録すると全文をお読みいただけます。",
        "Illustration : A. Bell / Quai",
        "Folgst du dem Hafenboten schon auf Whatsapp?",
        "Baca juga: Jembatan lama ditutup hingga musim panas",
        "İlgili Haber: Eski köprü yeniden trafikte",
        "Xem thêm: Cầu cũ đóng cửa đến mùa hè",
        "Διαβάστε επίσης: κλειστή παλιά γέφυρα",
        "इसे भी पढ़ें: पुराना पुल गर्मियों तक बंद",
        "یہ بھی پڑھیں: پرانا پل گرمیوں تک بند",
        "E-mail: desk@news.example.org",
        "Download our app to get breaking news alerts on your phone.",
    ],
)
def test_notices_and_credits_are_left_out(line: str) -> None:
    """Lines that law or habit puts on every page are no text of this one."""
    assert _body(f"<p>{PROSE[0]}</p><p>{line}</p><p>{PROSE[1]}</p><p>{PROSE[2]}</p>") == WHOLE


@pytest.mark.parametrize(
    "line", ["Mehr Infos auf der Seite des Hafens", "The best comes now:", "Read the letter on the quay, it said."]
)
def test_short_paragraphs_of_the_article_stay(line: str) -> None:
    """What only resembles a label or an invitation is text."""
    text = _body(f"<p>{PROSE[0]}</p><p>{line}</p><p>{PROSE[1]}</p><p>{PROSE[2]}</p>")
    assert text.split("\n")[1] == line


def test_a_request_for_support_at_the_end_is_left_out_with_its_signature() -> None:
    """A note to readers ends the article, whoever signs it."""
    note = "<p>If you enjoyed reading this post, would you think of supporting us?</p><p>All the best, Anna</p>"
    assert _body(BODY + note) == WHOLE


LATER = (
    "By the evening the ministry had published a second order, which let the ferries out but kept the trawlers in, "
    "and the captain of the port read it aloud on the quay to some two hundred people, most of whom had waited there "
    "since the morning and none of whom, as he admitted afterwards, could make sense of what it said about nets."
)


@pytest.mark.parametrize("heading", ["Auch interessant", "Lire aussi :", "Leggi anche", "Related articles"])
def test_a_body_goes_on_after_a_box_of_other_articles(heading: str) -> None:
    """A box between paragraphs is left out, and nothing of the article after it is."""
    box = f"<h3>{heading}</h3>"
    assert _body(f"{BODY}{box}<p>{LATER}</p>") == f"{WHOLE}\n{LATER}"


def test_teasers_of_other_articles_after_a_heading_are_left_out() -> None:
    """Short lines after the heading are titles and summaries of other articles."""
    teasers = "".join(
        f"<h4>Quay {i}</h4><p>The ships of quay {i} are out again, to the joy of all who live there.</p>"
        for i in range(4)
    )
    assert _body(f"{BODY}<h3>Related articles</h3>{teasers}") == WHOLE


def _begun(first: str, described: str) -> tuple[str, str]:
    """Text and description of a page whose body begins with a paragraph of its own markup."""
    head = f'<meta name="description" content="{described}">'
    found = extract(page(head=head, body=first + "".join(f"<p>{prose}</p>" for prose in PROSE[1:])), URL)
    return found.text, found.description


@pytest.mark.parametrize("mark", ['class="lead"', 'class="intro"', 'class="article-summary"', 'itemprop="description"'])
def test_a_first_paragraph_that_is_named_and_given_as_the_standfirst_is_no_text(mark: str) -> None:
    """The record says it once, in the description."""
    assert _begun(f"<p {mark}>{PROSE[0]}</p>", PROSE[0]) == ("\n".join(PROSE[1:]), PROSE[0])


@pytest.mark.parametrize("mark", ["", 'class="first"'])
def test_a_first_paragraph_that_the_metadata_repeat_is_text(mark: str) -> None:
    """Content systems without a standfirst describe an article by its beginning."""
    assert _begun(f"<p {mark}>{PROSE[0]}</p>", PROSE[0]) == (WHOLE, PROSE[0])


def test_a_first_paragraph_that_is_named_but_not_given_is_text() -> None:
    """A class may be of the layout only: the metadata do not say what it says."""
    assert _begun(f'<p class="lead">{PROSE[0]}</p>', "What the port does.") == (WHOLE, "What the port does.")


@pytest.mark.parametrize("markup", ["<p>{}</p>", "<div><p><strong>{}</strong></p></div>", "<h2>{}</h2>"])
def test_what_nothing_names_a_standfirst_is_text(markup: str) -> None:
    """What the metadata repeat may be the article's beginning, which would be lost."""
    head = f'<meta name="description" content="{PROSE[0]}">'
    assert _body(f"{markup.format(PROSE[0])}<div>{BODY.partition('</p>')[2]}</div>", head=head) == WHOLE


def test_a_standfirst_above_the_body_is_no_text() -> None:
    """What stands apart from the paragraphs is the description alone."""
    found = extract(page(before='<p class="lead">Two ships are to leave the port tonight, it is said.</p>'), URL)
    assert (found.text, found.description) == (WHOLE, "Two ships are to leave the port tonight, it is said.")


def test_a_question_that_comes_again_is_asked_again() -> None:
    """In an interview with several people each answer keeps its question."""
    question = "<p><b>What did you see when the harbour was closed on that Sunday?</b></p>"
    text = _body("".join(f"{question}<p>{prose}</p>" for prose in PROSE))
    assert text.split("\n")[1::2] == list(PROSE)
    assert len(text.split("\n")) == 6


def test_a_text_that_repeats_itself_everywhere_keeps_its_repetitions() -> None:
    """A plan of many days says the same of each; a line that comes again once or twice is a pull quote."""
    line = "Two boxes of herring, one box of cod, and whatever else the night has brought."
    days = "".join(f"<p>Day {i}: {PROSE[i % 3]} Pier {i}.</p><p>{line}</p>" for i in range(12))
    assert _body(days).count(line) == 12
    assert _body(f"<p>{line}</p>{BODY}<p>{line}</p>").count(line) == 1


def test_paragraphs_in_numbered_boxes_are_one_body() -> None:
    """Boxes that differ by a number only are of one kind, however misleading its name."""
    boxes = "".join(
        f'<div class="article-widget article-widget-text 6f67{i}-826a"><div class="wrap"><p>{prose}</p></div></div>'
        for i, prose in enumerate(PROSE)
    )
    assert _body(boxes) == WHOLE


def test_what_is_scrambled_for_those_who_have_not_paid_is_left_out() -> None:
    """Nobody can read it."""
    scrambled = "".join(f'<p class="paragraph obfuscated">{PROSE[i % 3].translate(ROT)}</p>' for i in range(20))
    assert _body(f"<p>{PROSE[0]}</p>{scrambled}", head='<meta property="og:type" content="article">') == PROSE[0]


ROT = {code: code + 1 for code in range(ord("a"), ord("z"))}


@pytest.mark.parametrize("names", ["rollover-people-block", "tooltip-content", "popover"])
def test_what_shows_only_when_pointed_at_is_left_out(names: str) -> None:
    """The card of a person stands in the markup of the paragraph that names them."""
    card = (
        f'<span>Anna Bell<span class="{names}"><a href="/a">Bell on boats</a><a href="/b">Bell leaves</a></span></span>'
    )
    assert _body(f"<p>{PROSE[0]}</p><p>{card} said so. {PROSE[1]}</p>") == f"{PROSE[0]}\nAnna Bell said so. {PROSE[1]}"


def test_a_table_about_a_notice_is_not_the_notice() -> None:
    """Where the part that is found holds values only, the running text of the page is the body."""
    rows = "".join(f"<tr><td>项 {i}</td><td>11220000013544{i}号</td></tr>" for i in range(9))
    line = "为做好港口工程建设确保工程前期调查工作顺利进行维护相关单位和人民群众的合法权益"
    lines = "".join(f"<div>第{i}条{line}{line}。</div>" for i in range(12))
    table = f"<div class='entry-content'><table>{rows}</table></div>"
    html = f"<html><head><title>港口通告</title></head><body>{table}<div class='t2a'>{lines}</div></body></html>"
    assert "第11条" in extract(html.encode(), URL).text


def test_menus_and_clouds_of_tags_are_no_text() -> None:
    """A page without any structure holds a short article beside boxes of links, which are longer."""
    menu = "".join(f"<li><a href=/c{i}>Category {i}</a></li>" for i in range(40))
    cloud = " ".join(f"<a href=/t{i}>harbour town {i}</a>" for i in range(80))
    html = (
        "<html><head><title>The harbour is closed</title></head><body><div class=row><div class=col-3>"
        f"<ul>{menu}</ul><div class=well>{cloud}</div></div><div class=col-9>{PROSE[0]}<br>{PROSE[1]}</div></div>"
    )
    assert extract(html.encode(), URL).text == "\n".join(PROSE[:2])


FOOT = "<p>Read us on the left, and oppose those on the right.</p>"


def test_what_follows_the_body_that_json_ld_states_is_left_out() -> None:
    """Where JSON-LD states the whole body, a line after its last is the site's."""
    node = news(articleBody="\n\n".join([*PROSE, LATER]))
    html = page(body=f"{BODY}<p>{LATER}</p>{FOOT}", node=node)
    assert extract(html, URL).text == f"{WHOLE}\n{LATER}"
    assert any("oppose those" in rejected.value for rejected in explain(html, URL).choices["text"].rejected)


def test_a_beginning_in_json_ld_is_no_end_of_the_body() -> None:
    """Many sites state the first paragraphs only."""
    node = news(articleBody=LATER)
    assert extract(page(body=f"<p>{LATER}</p>{BODY}{FOOT}", node=node), URL).text.endswith("those on the right.")
