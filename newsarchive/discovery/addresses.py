"""What an address alone tells about its page."""

import re
from urllib.parse import unquote, urlsplit

USUAL_FEED_PATHS = (
    "/feed",
    "/feed/",
    "/rss",
    "/rss.xml",
    "/feed.xml",
    "/atom.xml",
    "/index.xml",
    "/feeds/posts/default",
    "/feed.json",
    "/rss/index.xml",
    "/feeds/rss.xml",
    "/?feed=rss2",
)
USUAL_SITEMAP_PATHS = (
    "/news-sitemap.xml",
    "/sitemap-news.xml",
    "/sitemap_news.xml",
    "/sitemaps/news.xml",
    "/news_sitemap.xml",
    "/sitemap.xml",
    "/sitemap_index.xml",
    "/sitemap-index.xml",
    "/sitemap.xml.gz",
    "/wp-sitemap.xml",
)


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


_MEDIA = _words(
    "jpg jpeg png gif webp avif svg ico bmp mp3 m4a aac ogg wav mp4 m4v mov webm avi mkv m3u8 pdf doc docx xls xlsx "
    "ppt pptx csv zip gz tgz rar 7z exe apk dmg epub js css json xml rss atom rdf txt ics woff woff2 ttf"
)
_PAGE_ENDINGS = _words("html htm shtml xhtml php asp aspx jsp jhtml ece cms do")
# A list or a service of the site, wherever in the path it stands.
_LISTS = _words(
    "tag tags label labels keyword keywords topic topics thema themen tema temas theme themes dossiers schlagwort "
    "author authors autor autores auteur auteurs autoren profile profiles profil "
    "category categories categoria categorias categorie kategorie kategorien "
    "search suche recherche buscar busca busqueda login log-in signin sign-in signup sign-up logout "
    "register registration anmelden anmeldung connexion inscription account accounts konto mon-compte my-account "
    "subscribe subscription subscriptions abonnement abonnements suscripcion newsletter newsletters rss feed feeds "
    "wp-json wp-admin wp-content wp-login wp-includes cdn-cgi impressum datenschutz privacy-policy terms-of-use "
    "terms-of-service terms-and-conditions cookie-policy mentions-legales aviso-legal politica-de-privacidad "
    "advertise advertising mediadaten cart checkout tv-guide crosswords puzzles"
)
# Articles may stand below these: they speak against one only at the end, alone or with a number.
_LISTS_AT_THE_END = _words(
    "about about-us ueber-uns contact contact-us kontakt contacto agb privacy privacy-center terms cookies legal "
    "careers help faq sitemap share print comments shop store podcasts livestream live-tv horoscope apps "
    "archive archives archiv archivo page pages seite abo section sections rubrik rubrique seccion by"
)
_ARTICLE_PARENTS = _words(
    "article articles artikel articulo articulos artigo artigos articolo story stories doc docs post posts news-story "
    "newsdetail detail viewarticle fullstory haber noticia noticias"
)
_ARTICLE_KEYS = _words(
    "p id article articleid article_id artid aid story storyid story_id newsid news_id nid sid idnews idarticle "
    "content_id itemid uid idx"
)
_QUERY_ID = re.compile(r"\d{3,}/?")
_DATE = re.compile(
    r"(?:^|/)(?:19|20)\d\d/(?:\d{1,2}|jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*(?:/\d{1,2})?(?=/)"
    r"|(?:^|[/_-])(?:19|20)\d\d-\d\d-\d\d(?=[/_-]|$)"
    r"|(?:^|[/_-])(?:19|20)\d\d(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])(?=[/_-]|$)",
    re.IGNORECASE,
)
_DATE_ONLY = re.compile(r"\d{1,2}|(?:19|20)\d\d(?:[-_.]?(?:0?[1-9]|1[0-2])(?:[-_.]?(?:0?[1-9]|[12]\d|3[01]))?)?")
_MONTH_NAME = re.compile(
    r"jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|oct(?:ober)?"
    r"|nov(?:ember)?|dec(?:ember)?",
    re.IGNORECASE,
)
_LONG_NUMBER = re.compile(r"(?<!\d)\d{5,}(?!\d)|\A\d{4}\Z")
_OPAQUE_ID = re.compile(r"(?=.*\d)(?:[0-9a-f]{12,}|[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})", re.IGNORECASE)
_ANY_ID = re.compile(r"(?=.*\d)[A-Za-z0-9_-]{6,}")
_SEPARATORS = re.compile(r"[-_+.,:;!\s]+")
_DIGIT = re.compile(r"\d")
_NUMBERED = re.compile(r"\d{6,10}")
_FILLERS = frozenset({"index", "default", "amp", "full", "story"})
_ENDING = re.compile(r"\.([A-Za-z0-9]{2,6})$")
_LANGUAGE_CODE = 2
_MANY_WORDS = 4
_SOME_WORDS = 3
_LONG_SLUG = 24
_LONG_UNSPACED = 8  # Chinese, Japanese, Thai: a title in one word
_UNSPACED = re.compile("[\u0e00-\u0e7f\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]")


def looks_like_article(url: str) -> bool:
    """Whether an address has the shape of one article's, judged by the address alone.

    A date with something behind it, a long slug, a long number or an article's query key speak for it; a media
    file, a list (tag, author, category, page 2) and the bare front page or section against it.
    """
    try:
        parts = urlsplit(url)
    except ValueError:
        return False
    if parts.scheme not in {"http", "https"} or not parts.hostname:
        return False
    segments = [unquote(segment).strip() for segment in parts.path.split("/") if segment]
    ending = _ending(segments)
    if ending in _MEDIA or _is_list(segments):
        return False
    return _has_article_key(parts.query) or _is_article_path(segments, ending)


def _ending(segments: list[str]) -> str:
    found = _ENDING.search(segments[-1]) if segments else None
    return found[1].lower() if found else ""


def _is_list(segments: list[str]) -> bool:
    names = [segment.lower() for segment in segments]
    last = names[-1].partition(".")[0] if names else ""
    is_numbered = len(names) > 1 and names[-2] in _LISTS_AT_THE_END and last.isdigit()
    return is_numbered or last in _LISTS_AT_THE_END or not _LISTS.isdisjoint([*names, last])


def _has_article_key(query: str) -> bool:
    pairs = (pair.partition("=") for pair in query.split("&"))
    return any(key.lower() in _ARTICLE_KEYS and _QUERY_ID.fullmatch(value) for key, _, value in pairs)


def _is_article_path(segments: list[str], ending: str) -> bool:
    slug = _slug(segments, ending)
    tokens = [token for token in _SEPARATORS.split(slug) if len(token) > 1]
    words = sum(1 for token in tokens if not _DIGIT.search(token))
    if _is_long_slug(slug, len(tokens), words) or _has_id(segments, ending):
        return True
    if _DATE.search("/".join(segments)) and not _is_date(segments[-1]):
        return words > 1 or bool(_DIGIT.search(slug)) or ending in _PAGE_ENDINGS
    if len(segments) > 1 and segments[-2].lower() in _ARTICLE_PARENTS:
        return words > 1 or _ANY_ID.fullmatch(slug) is not None
    return ending in _PAGE_ENDINGS and words >= _SOME_WORDS


def _slug(segments: list[str], ending: str) -> str:
    """The part of a path that says most: the last that is no date, number, language or filler."""
    ends = [_without_ending(segments[-1], ending), *reversed(segments[:-1])] if segments else []
    telling = (
        end
        for end in ends
        if not (_is_date(end) or end.isdigit() or end.lower() in _FILLERS or len(end) <= _LANGUAGE_CODE)
    )
    return next(telling, "")


def _without_ending(last: str, ending: str) -> str:
    return last[: -len(ending) - 1] if ending in _PAGE_ENDINGS else last


def _is_date(segment: str) -> bool:
    return bool(_DATE_ONLY.fullmatch(segment) or _MONTH_NAME.fullmatch(segment))


def _has_id(segments: list[str], ending: str) -> bool:
    ends = [_without_ending(segments[-1], ending), *segments[-2:-1]] if segments else []
    if any(_OPAQUE_ID.fullmatch(end) or (_LONG_NUMBER.search(end) and not _is_date(end)) for end in ends):
        return True
    return any(_NUMBERED.fullmatch(segment) and not _is_date(segment) for segment in segments)


def _is_long_slug(slug: str, tokens: int, words: int) -> bool:
    if len(_UNSPACED.findall(slug)) >= _LONG_UNSPACED:
        return True
    if words >= _SOME_WORDS and len(slug) >= _LONG_SLUG:
        return True
    return words > 1 and tokens >= _MANY_WORDS
