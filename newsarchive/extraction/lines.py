"""The lines of a body, without those that are not of the article."""

import re
from collections.abc import Iterable

from newsarchive.extraction.strings import fold, one_line, squeeze

_RULE = re.compile(r"^[\s|:•·*_=~-]*$")
_HEAD = 5
_FOOT = 6
_REPEATED = 40
_LATE = 0.45
_SHORT = 160
_TINY = 90

# Lines that are nothing but an invitation, a label or a credit.
_ALONE = re.compile(
    r"^\W*(?:"
    r"advertisement|advertising|ads? ?(?:by google)?|publicit[éy]|publicidad|publicidade|anzeige|werbung|reklame?|reclame|mainos|annonce|реклама|إعلان|广告|廣告|広告|광고|"
    r"(?:continue |keep |lees |lire |leer |weiter)?(?:read|lesen|lire|leer|leia|leggi|lees|läs|les|czytaj|číst|devamı)(?: more| also| on| next| full (?:story|article)| mehr| weiter| la suite| aussi| más| mais| anche| di più| meer| mer| také)?\W*|"
    r"(?:read|see|watch|listen|view|learn|find out|show|load|see all|discover) (?:more|also|all|comments|less)(?: (?:here|about|from|on|at)\b.{0,50})?|"
    r"(?:click|tap) here(?: to| for).{0,90}|sign up(?: here| now| for| to).{0,90}|subscribe(?: now| here| to| today| for)?.{0,70}|follow (?:us|me|@|.{2,30} on ).{0,70}|"
    r"join (?:us|our|the) .{0,60}(?:newsletter|whatsapp|telegram|channel|community).{0,40}|(?:get|download) (?:the|our) .{0,30}app.{0,30}|"
    r"share(?: this| on| via| your).{0,40}|share|tweet|e?mail|print|copy link|link copied|save|bookmark|comments?(?: \(\d+\))?|leave a (?:comment|reply).*|\d+ comments?|"
    r"(?:back to|zurück (?:zum|nach)|retour (?:en|à|au)|volver) .{0,20}|skip (?:to|advertisement|ad).{0,30}|"
    r"(?:story|article|content) continues (?:below|after).{0,30}|newsletters?|loading\W*|"
    r"lesen sie (?:auch|mehr|hier|dazu|weiter).{0,120}|lest (?:auch|mehr|den originalartikel).{0,90}|auch interessant.{0,90}|mehr (?:zum thema|dazu|themen|lesen|infos?).{0,60}|das könnte (?:sie|dich|ihnen|dir) auch .{0,60}|"
    r"(?:à|a) lire (?:aussi|également)\b.{0,140}|lire (?:aussi|également)\b.{0,140}|voir aussi\b.{0,120}|sur le même (?:sujet|thème).{0,40}|"
    r"(?:je m['’]abonne|suivez (?:toute l['’]|nous).{0,110}|téléchargez .{0,80}|recevez .{0,90}newsletter.{0,60})|"
    r"(?:lea|leer|lee|ver|mira|vea) (?:también|además)\b.{0,140}|te puede interesar.{0,120}|más información|leggi anche\b.{0,140}|leia (?:também|mais)\b.{0,140}|"
    r"lees ook\b.{0,140}|læs også\b.{0,140}|les også\b.{0,140}|läs (?:också|även|mer)\b.{0,140}|lue myös\b.{0,140}|czytaj (?:też|także|również)\b.{0,140}|zobacz (?:też|także|również)\b.{0,140}|"
    r"čtěte (?:také|dále)\b.{0,140}|читайте (?:также|ещё)\b.{0,140}|читайте нас\b.{0,80}|подписывайтесь\b.{0,140}|читайте також\b.{0,140}|"
    r"اقرأ (?:أيضا|أيضًا|المزيد)\b.{0,140}|تابعوا?\b.{0,40}|延伸閱讀.{0,60}|相关(?:新闻|阅读|报道|链接|文章|推荐).{0,40}|相關新聞.{0,40}|推荐阅读.{0,60}|あわせて読みたい.{0,60}|関連記事.{0,40}|관련 ?기사.{0,40}|"
    r"related(?: (?:articles?|stories|content|topics?|news|coverage|posts?|links?))?(?:\s?:.{0,140})?|also read\b.{0,140}|see also\b.{0,140}|read (?:also|next|more|this)\s?:.{0,140}|more on this.{0,40}|you (?:may|might) (?:also )?(?:like|be interested).{0,60}|"
    r"recommended(?: (?:for you|reading|stories|articles|videos))?|most (?:read|popular|viewed).{0,20}|trending(?: now)?|editor['’]s (?:picks?|choice)|top stories|popular|sponsored(?: content)?|promoted|"
    r"empfohlene[rs]? (?:redaktioneller inhalt|externe inhalte?).{0,40}|an dieser stelle finden sie .{0,300}|ich bin damit einverstanden.{0,300}|externer inhalt.{0,60}|link zum (?:youtube|twitter|instagram|tiktok|facebook)-inhalt|"
    r"(?:photo|foto|bild|image|picture|video|grafik|quelle|source|via|credit|bildrechte|bildquelle|imago|getty)s?(?: by| von| de| credit)?\s?[:©/].{0,100}|"
    r"(?:©|\(c\)|copyright)\s.{0,160}|all rights reserved.{0,60}|alle rechte vorbehalten.{0,40}|our standards:? the thomson reuters.{0,40}|"
    r"tags|topics|themen|schlagworte|keywords|tags\s?:.{0,140}|hauptinhalt|inhalt|artikel|článek|video|audio|galerie|gallery|image|photos?|\d+ ?/ ?\d+|min(?:utes?)? read|\d+ min(?:ute)?s?\.? (?:read|lesezeit|de lecture).{0,20}|"
    r"(?:last )?(?:updated|published|posted|modified|aktualisiert|veröffentlicht|stand)(?: (?:on|at|am))?\s?:?\s.{0,60}\d{2,4}.{0,20}"
    r")\W*$",
    re.IGNORECASE,
)
# Headings after which a page goes on with other articles.
_END = re.compile(
    r"^\W*(?:more (?:from|on|in|stories|news|articles)\b.{0,40}|related(?: (?:articles?|stories|content|posts?|news|topics?|coverage|reading|links?))?|"
    r"read (?:more|next|also)|you (?:may|might) (?:also )?like.{0,30}|recommended(?: .{0,30})?|most (?:read|popular).{0,20}|popular|trending.{0,20}|latest (?:news|stories).{0,20}|what to read next|"
    r"about the authors?|disclaimer|comments?|\d+ comments?|leave a (?:reply|comment)|tags|"
    r"mehr zum thema.{0,30}|auch interessant.{0,30}|lesen sie (?:auch|mehr).{0,40}|das könnte sie auch interessieren.{0,20}|weitere (?:artikel|themen|meldungen|nachrichten).{0,30}|verwandte (?:themen|artikel)|meistgelesen.{0,20}|"
    r"à lire aussi|lire aussi|sur le même (?:sujet|thème)|les plus lus|articles? (?:similaires|liés)|"
    r"(?:noticias|artículos|contenido) relacionad[oa]s?|te puede interesar|lo más (?:visto|leído)|leggi anche|articoli correlati|leia (?:também|mais)|notícias relacionadas|"
    r"lees ook|læs også|les også|läs (?:också|mer)|lue myös|čtěte také|czytaj także|zobacz także|читайте также|другие новости|اقرأ أيضا|相关(?:新闻|阅读|文章|链接|报道)|相關新聞|延伸閱讀|関連記事|あわせて読みたい|관련 ?기사|เรื่องที่เกี่ยวข้อง|反侵权公告)\W*$",
    re.IGNORECASE,
)
_BIOGRAPHY = re.compile(r"\b(?:is|was|has|covers|writes|reports|works|joined|ist|schreibt|arbeitet|est|es|è|är|er)\b", re.IGNORECASE)
_FOOTNOTE = re.compile(
    r"(?:\(AP Photo|/Getty Images|/AFP|\bReuters\)|/dpa)\W*.{0,30}$|^\W*(?:(?:additional )?reporting by|writing by|editing by|edited by|contributed to this (?:report|story)|first published|originally published|"
    r"this (?:article|story|post) (?:was |is )?(?:originally|first) (?:published|appeared)|follow \w+ \w+ on (?:twitter|x|facebook)|if you buy|we may earn|dieses thema im programm|send tips)\b",
    re.IGNORECASE,
)


def cleaned(text: str, *, title: str, standfirst: str, authors: Iterable[str] = ()) -> str:
    """Lines of an article only: no title, standfirst, invitation, label, credit, biography or other article's teaser."""
    lines = [line for raw in text.split("\n") if (line := one_line(raw)) and not _RULE.match(line)]
    body = _ended(_once(_without_head(lines, title, standfirst)))
    kept = [line for line in body if len(line) > 2 * _SHORT or not _ALONE.match(line)]
    return "\n".join(_without_foot(kept, authors) or lines)


def _without_head(lines: list[str], title: str, standfirst: str) -> list[str]:
    told = {squeeze(title), squeeze(standfirst)} - {""}
    return [line for i, line in enumerate(lines) if i > _HEAD or squeeze(line) not in told]


def _once(lines: list[str]) -> list[str]:
    """Longer lines once each: what comes again is a pull quote or a teaser."""
    seen: set[str] = set()
    kept = []
    for line in lines:
        key = squeeze(line)
        if len(key) < _REPEATED or key not in seen:
            kept.append(line)
        seen.add(key)
    return kept


def _ended(lines: list[str]) -> list[str]:
    """Lines up to a heading of the page's other articles, if that stands in the latter half."""
    total = sum(map(len, lines))
    before = 0
    for i, line in enumerate(lines):
        if before > _LATE * total and len(line) < _TINY and _END.match(line):
            return lines[:i]
        before += len(line)
    return lines


def _without_foot(lines: list[str], authors: Iterable[str]) -> list[str]:
    """Lines without the credits and the authors' biographies at the end."""
    names = [fold(author) for author in authors]
    kept = list(lines)
    for _ in range(_FOOT):
        if len(kept) > 1 and _is_foot(kept[-1], names):
            kept.pop()
    return kept


def _is_foot(line: str, names: list[str]) -> bool:
    start = fold(line[:80])
    told = any(name and start.startswith(name) for name in names) and bool(_BIOGRAPHY.search(line)) and len(line) < 4 * _SHORT
    return told or (len(line) < 2 * _SHORT and bool(_FOOTNOTE.search(line)))
