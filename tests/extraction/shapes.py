"""How sites and content systems of all continents mark a page's fields, in pages of our own writing."""

from dataclasses import dataclass

from tests.extraction.making import PROSE

HEADLINE = "The harbour is closed to all ships"
_BODY = "".join(f"<p>{prose}</p>" for prose in PROSE)


@dataclass(frozen=True)
class Shape:
    """One way to mark a field: what stands in the head, before and after the body, and what a reader expects."""

    name: str
    expected: object
    head: str = ""
    before: str = ""
    after: str = ""
    heading: str = f"<h1>{HEADLINE}</h1>"
    title: str = HEADLINE
    host: str = "www.quaynews.com"
    lang: str = "en"

    @property
    def url(self) -> str:
        """The page's address: without day, section or tags."""
        return f"https://{self.host}/a/c4f1b2"

    @property
    def html(self) -> bytes:
        """The page."""
        head = f'<head><meta charset="utf-8"><title>{self.title}</title>{self.head}</head>'
        body = f'<article>{self.heading}{self.before}<div class="article-body">{_BODY}</div>{self.after}</article>'
        return f'<!DOCTYPE html><html lang="{self.lang}">{head}<body><main>{body}</main></body></html>'.encode()


def meta(name: str, content: str, *, key: str = "name") -> str:
    """A meta element."""
    return f'<meta {key}="{name}" content="{content}">'


def _card(label: str, text: str) -> str:
    """The second line of a card for Twitter."""
    return meta("twitter:label1", label) + meta("twitter:data1", text)


_TIME = "2020-06-11T08:04:00+02:00"
# Instants as the record has them, days alone as ten characters.
_INSTANT = "2020-06-11T06:04:00Z"
_DAY = "2020-06-11"

DATES = (
    Shape("Dow Jones", _INSTANT, meta("article.published", _TIME)),
    Shape("older New York Times", _DAY, meta("pdate", "20200611")),
    Shape("older New York Times with time", _DAY, meta("ptime", "20200611080400")),
    Shape("Reuters of 2018", _INSTANT, meta("analyticsAttributes.articleDate", "2020-06-11T06:04:00+0000")),
    Shape("Telegraph", _DAY, meta("DCSext.articleFirstPublished", "2020-06-11 08:04")),
    Shape("swiftype", _INSTANT, f'<meta class="swiftype" name="published_at" data-type="date" content="{_TIME}">'),
    Shape("Mail.ru mediator", _INSTANT, meta("mediator_published_time", _TIME), lang="ru"),
    Shape("Sohu", "2020-06-11T00:04:00Z", meta("og:release_date", "2020-06-11 08:04", key="property"), host="www.quay.com.cn", lang="zh"),
    Shape("Korean portals", "2020-06-10T23:04:00Z", meta("dd:published_time", "2020-06-11T08:04:00+09:00", key="property"), lang="ko"),
    Shape("Korean og:regDate", "2020-06-10T23:04:00Z", meta("og:regDate", "20200611080400", key="property"), host="news.quay.co.kr", lang="ko"),
    Shape("Detik", _DAY, meta("dtk:publishdate", "2020/06/11 08:04:00"), host="news.quay.co.id", lang="id"),
    Shape("Kompas", _DAY, meta("content_PublishedDate", "2020-06-11 08:04:00"), lang="id"),
    Shape("Highwire", _DAY, meta("citation_publication_date", "2020/06/11")),
    Shape("prism", _DAY, meta("prism.publicationDate", "2020-06-11")),
    Shape("24.com", _DAY, meta("publisheddate", "2020-06-11T08:04:00")),
    Shape("VnExpress", "2020-06-11T01:04:00Z", meta("its_publication", "1591837440")),
    Shape("Boston", _INSTANT, meta("bt:pubDate", _TIME, key="property")),
    Shape("RDFa of Drupal 7", _INSTANT, "", f'<span property="dc:date dc:created" content="{_TIME}" datatype="xsd:dateTime">Thu</span>'),
    Shape("RDFa of schema.org", _INSTANT, "", f'<span property="schema:datePublished" content="{_TIME}">Thu</span>'),
    Shape("two itemprops", _INSTANT, "", f'<span itemprop="dateCreated datePublished" content="{_TIME}">Thu</span>'),
    Shape("hAtom", _INSTANT, "", '<abbr class="published" title="2020-06-11T08:04:00+0200">Thursday</abbr>'),
    Shape("BBC of 2018", "2020-06-11T06:04:00Z", "", '<div class="date date--v2" data-seconds="1591855440">Thursday</div>'),
    Shape("Naver", "2020-06-10T23:04:00Z", "", '<span class="datestamp_time" data-date-time="2020-06-11 08:04:00">어제</span>', host="n.news.quay.co.kr", lang="ko"),
    Shape("NetEase", "2020-06-11T00:04:00Z", "", '<div class="post_info" data-publishtime="2020-06-11 08:04:00">新闻</div>', host="www.quay.cn", lang="zh"),
    Shape("US Eastern Time", "2020-06-11T12:04:00Z", "", '<time class="timestamp">Published: June 11, 2020 at 8:04 a.m. ET</time>'),
    Shape("US standard name in summer", "2020-06-11T12:04:00Z", "", '<p class="timestamp">June 11, 2020 8:04 AM EDT</p>'),
    Shape("CNN", "2020-06-11T12:04:00Z", "", '<div class="timestamp">Published 8:04 AM EDT, Thu June 11, 2020</div>'),
    Shape("The Hindu", "2020-06-11T02:34:00Z", "", '<p class="publish-time">Published - June 11, 2020 08:04 am IST</p>', host="www.quay.in"),
    Shape("Indian Hindi daily", "2020-06-11T02:34:00Z", "", '<span class="date">11 जून 2020, 08:04 AM IST</span>', host="www.quay.in", lang="hi"),
    Shape("Bangla daily", "2020-06-11T02:04:00Z", "", '<span class="time">১১ জুন ২০২০, ০৮:০৪</span>', host="www.quay.com.bd", lang="bn"),
    Shape("Indonesian", "2020-06-11T01:04:00Z", "", '<div class="detail__date">Kamis, 11 Jun 2020 08:04 WIB</div>', lang="id"),
    Shape("Kompas shown", "2020-06-11T01:04:00Z", "", '<div class="read__time">Quay.com - 11/06/2020, 08:04 WIB</div>', lang="id"),
    Shape("Vietnam shown", "2020-06-11T01:04:00Z", "", '<span class="date">Thứ năm, 11/6/2020, 08:04 (GMT+7)</span>', lang="vi"),
    Shape("Thai", "2020-06-11T01:04:00Z", "", '<span class="date">11 มิ.ย. 2563 08:04 น.</span>', host="www.quay.co.th", lang="th"),
    Shape("Thai full month", _DAY, "", '<span class="date">11 มิถุนายน 2563</span>', lang="th"),
    Shape("Persian", "2020-06-11T03:34:00Z", "", '<div class="item-date">۲۲ خرداد ۱۳۹۹ - ۰۸:۰۴</div>', host="www.quay.ir", lang="fa"),
    Shape("Arabic digits", _DAY, "", '<span class="date">الخميس ١١ يونيو ٢٠٢٠</span>', lang="ar"),
    Shape("Gulf", "2020-06-11T04:04:00Z", "", "<time>نشر في: 11 يونيو ,2020: 08:04 ص GST</time>", lang="ar"),
    Shape("NHK", "2020-06-10T23:04:00Z", "", "<time>2020年6月11日 8時04分</time>", host="www.quay.or.jp", lang="ja"),
    Shape("Korean afternoon", "2020-06-11T11:04:00Z", "", '<span class="date">입력 2020.06.11. 오후 8:04</span>', host="www.quay.kr", lang="ko"),
    Shape("Korean spaced", _DAY, "", '<span class="num_date">2020. 6. 11. 08:04</span>', lang="ko"),
    Shape("Hungarian points", "2020-06-11T06:04:00Z", "", '<span class="datum">2020.06.11. 08:04</span>', host="quay.hu", lang="hu"),
    Shape("Greek", "2020-06-11T05:04:00Z", "", '<span class="date">Πέμπτη, 11 Ιουνίου 2020, 08:04</span>', host="www.quay.gr", lang="el"),
    Shape("Turkish", "2020-06-11T05:04:00Z", "", '<span class="date">Giriş: 11.06.2020 - 08:04</span>', host="www.quay.com.tr", lang="tr"),
    Shape("Croatian", "2020-06-11T06:04:00Z", "", '<span class="date">11. lipnja 2020. u 08:04</span>', host="www.quay.hr", lang="hr"),
    Shape("Croatian October", "2020-10-11", "", '<span class="date">11. listopada 2020.</span>', host="www.quay.hr", lang="hr"),
    Shape("Slovene", _DAY, "", '<span class="date">11. junij 2020 ob 08:04</span>', lang="sl"),
    Shape("Serbian Cyrillic", _DAY, "", '<span class="date">четвртак, 11. јун 2020.</span>', lang="sr"),
    Shape("Lenta", "2020-06-11T05:04:00Z", "", '<time class="topic-header__time">08:04, 11 июня 2020 (МСК)</time>', lang="ru"),
    Shape("RIA", _DAY, "", '<div class="article__info-date"><a href="/20200611/">08:04 11.06.2020</a></div>', lang="ru"),
    Shape("Ukraine", "2020-06-11T05:04:00Z", "", '<div class="post_time">Четвер, 11 червня 2020, 08:04</div>', host="www.quay.ua", lang="uk"),
    Shape("Nigerian", _DAY, "", '<span class="post-date">11th June 2020</span>'),
    Shape("US slashes", _DAY, "", '<span class="date">06/11/2020 08:04 AM EDT</span>'),
    Shape("French slashes", "2020-06-11T06:04:00Z", "", '<span class="date">Publié le 11/06/2020 à 08h04</span>', host="www.quay.fr", lang="fr"),
    Shape("Brazilian slashes", _DAY, "", "<time>11/06/2020 08h04</time>", host="www.quay.com.br", lang="pt"),
    Shape("Folha", _DAY, "", '<p class="date">11.jun.2020 às 8h04</p>', lang="pt"),
    Shape("Dutch hyphens", "2020-06-11T06:04:00Z", "", '<span class="date">11-06-2020 08:04</span>', host="www.quay.nl", lang="nl"),
    Shape("Swedish", "2020-06-11T06:04:00Z", "", '<span class="date">Publicerad 11 juni 2020 kl. 08.04</span>', host="www.quay.se", lang="sv"),
    Shape("TYPO3 of 2008", _DAY, "", '<div class="news-single-timedata">11.06.20 08:04</div>', lang="de"),
    Shape("British Summer Time", "2020-06-11T07:04:00Z", "", "<time>11 June 2020 • 8:04am BST</time>"),
    Shape("Inquirer", _DAY, "", '<div id="art_plat" class="date">08:04 AM June 11, 2020</div>'),
    Shape("AEM in the UK", "2020-06-11T07:04:00Z", "", '<p class="article__date">Thursday 11 June 2020 08:04, UK</p>', host="www.quay.co.uk"),
    Shape("Infobae", "2020-06-11T12:04:00Z", "", '<span class="date">11 Jun, 2020 08:04 a.m. EDT</span>', lang="es"),
    Shape("La Nación", "2020-06-11T11:04:00Z", "", '<time datetime="11 de junio de 2020 08:04">11 de junio</time>', host="www.quay.com.ar", lang="es"),
    Shape("local JSON-LD in Poland", "2020-06-11T06:04:00Z", '<script type="application/ld+json">{"@type":"NewsArticle","headline":"' + HEADLINE + '","datePublished":"2020-06-11T08:04:00"}</script>', host="www.quay.pl", lang="pl"),
    Shape("Arc", _INSTANT, '<script>Fusion.globalContent={"type":"story","first_publish_date":"2020-06-11T06:04:00Z","last_updated_date":"2020-06-12T06:04:00Z"};</script>'),
    Shape("Next.js", _INSTANT, '<script id="__NEXT_DATA__" type="application/json">{"props":{"pageProps":{"article":{"publishedAt":"2020-06-11T06:04:00Z"}}}}</script>'),
    Shape("data layer", _DAY, '<script>dataLayer.push({"articlePublishedDate":"2020-06-11","articleUpdatedDate":"2020-06-12"});</script>'),
    Shape("Medium", _DAY, "", '<span data-testid="storyPublishDate">Jun 11, 2020</span>'),
    Shape("Ghost", _DAY, "", '<time class="byline-meta-date" datetime="2020-06-11">Jun 11</time>'),
    Shape("Blogger", _DAY, heading=f'<h2 class="date-header"><span>Thursday, June 11, 2020</span></h2><h3 class="post-title entry-title">{HEADLINE}</h3>', title=f"Quay: {HEADLINE}"),
    Shape("Joomla", _DAY, "", '<dl class="article-info"><dd class="published">Published: 11 June 2020</dd></dl>'),
    Shape("Hindi byline with a change first", "2020-06-11T02:34:00Z", "", '<div class="byline"><span>लेखक: राहुल शर्मा</span> <span>Updated Fri, 12 Jun 2020</span> <span>Published: Thu, 11 Jun 2020 08:04 AM (IST)</span></div>', host="www.quay.in", lang="hi"),
    Shape("Turkish with a change", "2020-06-11T05:04:00Z", "", '<div class="tarih">Giriş Tarihi: 11.06.2020 08:04 Güncelleme Tarihi: 12.06.2020 09:00</div>', host="www.quay.com.tr", lang="tr"),
    Shape("French with a change", "2020-06-11T06:04:00Z", "", "<p><span>Publié le 11/06/2020 à 08:04, mis à jour le 12/06/2020</span></p>", host="www.quay.fr", lang="fr"),
    Shape("modified only is not published", "", meta("article.updated", _TIME) + meta("lastUpdatedDate", _TIME)),
)  # fmt: skip

_LD = '<script type="application/ld+json">{"@type":"NewsArticle","headline":"%s","author":%s}</script>'
_ONE, _BOTH = ("Anna Bell",), ("Anna Bell", "Tom Reed")


def _by(author: str) -> str:
    return _LD % (HEADLINE, author)


AUTHORS = (
    Shape("given and family name", _ONE, _by('{"@type":"Person","givenName":"Anna","familyName":"Bell"}')),
    Shape("names in a list", _BOTH, _by('{"@type":"Person","name":["Anna Bell","Tom Reed"]}')),
    Shape("names in @list", _BOTH, _by('{"@list":[{"@type":"Person","name":"Anna Bell"},{"name":"Tom Reed"}]}')),
    Shape("name is the address", _ONE, _by('{"@type":"Person","name":"https://www.quaynews.com/author/anna-bell"}'), '<p class="byline">By Anna Bell</p>'),
    Shape("organisation beside a person", ("Quay News", "Anna Bell"), _by('[{"@type":"Organization","name":"Quay News"},{"@type":"Person","name":"Anna Bell"}]')),
    Shape("mediator", ("Иван Петров",), meta("mediator_author", "Иван Петров"), lang="ru"),
    Shape("Detik meta", _ONE, meta("dtk:author", "Anna Bell")),
    Shape("Kompas meta", _ONE, meta("content_author", "Anna Bell")),
    Shape("shareaholic", _ONE, meta("shareaholic:article_author_name", "Anna Bell")),
    Shape("Boston", _ONE, meta("bt:author", "Anna Bell", key="property")),
    Shape("Korean dable", ("김철수",), meta("dable:author", "김철수", key="property"), lang="ko"),
    Shape("author.name", _ONE, meta("author.name", "Anna Bell")),
    Shape("article:author:name", _ONE, meta("article:author:name", "Anna Bell", key="property")),
    Shape("creator", _ONE, meta("creator", "Anna Bell")),
    Shape("authors", _BOTH, meta("authors", "Anna Bell, Tom Reed")),
    Shape("Yoast in Czech", _ONE, _card("Napsal(a)", "Anna Bell"), lang="cs"),
    Shape("Yoast in Indonesian", _ONE, _card("Ditulis oleh", "Anna Bell"), lang="id"),
    Shape("Yoast in Greek", _ONE, _card("Συντάχθηκε από", "Anna Bell"), lang="el"),
    Shape("Yoast in Romanian", _ONE, _card("Scris de", "Anna Bell"), lang="ro"),
    Shape("Yoast in Hungarian", _ONE, _card("Szerző:", "Anna Bell"), lang="hu"),
    Shape("Yoast in Vietnamese", _ONE, _card("Được viết bởi", "Anna Bell"), lang="vi"),
    Shape("Yoast in Korean", _ONE, _card("글쓴이", "Anna Bell"), lang="ko"),
    Shape("reading time is nobody", (), _card("Est. reading time", "4 minutes")),
    Shape("GTM for WordPress", _ONE, '<script>var dataLayer_content = {"pagePostType":"post","pagePostAuthor":"Anna Bell"};</script>'),
    Shape("data layer", _ONE, '<script>dataLayer.push({"articleAuthor":"Anna Bell","page":"story"});</script>'),
    Shape("Arc", _BOTH, '<script>Fusion.globalContent={"credits":{"by":[{"type":"author","name":"Anna Bell"},{"type":"author","name":"Tom Reed"}]}};</script>'),
    Shape("utag", _ONE, '<script>var utag_data = {"page_name":"story","article_author":"Anna Bell"};</script>'),
    Shape("RDFa", _ONE, "", '<span property="schema:author" typeof="schema:Person"><span property="schema:name">Anna Bell</span></span>'),
    Shape("RDFa lite", _ONE, "", '<div property="author" typeof="Person"><span property="name">Anna Bell</span></div>'),
    Shape("Drupal 7", _ONE, "", '<div class="submitted">Submitted by Anna Bell on Thu, 06/11/2020 - 08:04</div>'),
    Shape("hAtom", _ONE, "", '<span class="author vcard"><a class="url fn n" href="/a/1">Anna Bell</a></span>'),
    Shape("microformats 2", _ONE, "", '<a class="p-author h-card" href="/a/1">Anna Bell</a>'),
    Shape("Joomla", _ONE, "", '<dl class="article-info"><dd class="createdby">Written by <span>Anna Bell</span></dd></dl>'),
    Shape("Detik", _ONE, "", '<div class="detail__author">Anna Bell - <span>quayNews</span></div>', lang="id"),
    Shape("Indonesian link", _ONE, "", '<p>Oleh: <a href="/penulis/anna-bell">Anna Bell</a></p>', lang="id"),
    Shape("VnExpress", ("Minh Anh",), "", "", '<p class="author_mail"><strong>Minh Anh</strong></p>', lang="vi"),
    Shape("Naver", ("김철수",), "", '<em class="media_end_head_journalist_name">김철수 기자</em>', lang="ko"),
    Shape("Korean byline", ("김철수",), "", '<p class="byline">김철수 기자 kim@quay.kr</p>', lang="ko"),
    Shape("Japanese", ("山田太郎",), "", '<p class="byline">記者 山田太郎</p>', lang="ja"),
    Shape("Arabic link", ("أحمد علي",), "", '<p><a href="/author/ahmed-ali">أحمد علي</a></p>', lang="ar"),
    Shape("Arabic class", ("أحمد علي",), "", '<span class="author-name">أحمد علي</span>', lang="ar"),
    Shape("Hebrew", ("דוד כהן",), "", '<a href="/authors/david">דוד כהן</a>', lang="he"),
    Shape("Hindi link", ("राहुल शर्मा",), "", '<a href="/author/rahul-sharma">राहुल शर्मा</a>', lang="hi"),
    Shape("Russian class", ("Иван Петров",), "", '<a class="topic-authors__author" href="/parts/authors/petrov/">Иван Петров</a>', lang="ru"),
    Shape("Greek", ("Γιώργος Παππάς",), "", '<a href="/author/pappas">Γιώργος Παππάς</a>', lang="el"),
    Shape("Persian label", ("علی رضایی",), "", '<p class="author">نویسنده: علی رضایی</p>', lang="fa"),
    Shape("Turkish", ("Ayşe Yılmaz",), "", '<a class="muhabir" href="/muhabir/ayse-yilmaz">Ayşe Yılmaz</a>', lang="tr"),
    Shape("Spanish place", _ONE, "", '<p class="byline">Anna Bell | Madrid</p>', lang="es"),
    Shape("Argentine", _ONE, "", '<p class="firma">Por Anna Bell para Quay</p>', lang="es"),
    Shape("French with agency", ("Anna Bell", "AFP"), "", '<p class="signature">Par Anna Bell avec AFP</p>', lang="fr"),
    Shape("French and a role", _ONE, "", '<p class="author">Anna Bell, envoyée spéciale à Rome</p>', lang="fr"),
    Shape("Italian", _ONE, "", '<p class="author">di Anna Bell</p>', lang="it"),
    Shape("Polish", _ONE, "", '<p class="autor">Opracowała: Anna Bell</p>', lang="pl"),
    Shape("Czech link", _ONE, "", '<p>Autor: <a href="/autor/anna-bell">Anna Bell</a></p>', lang="cs"),
    Shape("Hungarian", _ONE, "", '<p class="author">Szerző: Anna Bell</p>', lang="hu"),
    Shape("Romanian", _ONE, "", '<p class="author">de Anna Bell</p>', lang="ro"),
    Shape("Swedish", _ONE, "", '<p class="byline">Text: Anna Bell Foto: Tom Reed</p>', lang="sv"),
    Shape("Norwegian", _BOTH, "", '<div class="byline"><span class="name">Anna Bell</span><span class="role">Journalist</span><span class="name">Tom Reed</span></div>', lang="no"),
    Shape("Dutch", _ONE, "", '<p class="author">Door onze redacteur Anna Bell</p>', lang="nl"),
    Shape("German agency", ("dpa",), "", '<p class="author">dpa</p>', lang="de"),
    Shape("link in Finnish", _ONE, "", '<a href="/toimittaja/anna-bell">Anna Bell</a>', lang="fi"),
    Shape("link in Danish", _ONE, "", '<a href="/forfatter/anna-bell">Anna Bell</a>', lang="da"),
    Shape("link in Slovak", _ONE, "", '<a href="/redaktor/anna-bell">Anna Bell</a>', lang="sk"),
    Shape("data attribute", _ONE, "", '<div class="info" data-author="Anna Bell">Quay</div>'),
    Shape("box at the end", _ONE, "", "", '<div class="about-author"><h4 class="author-name">Anna Bell</h4><p>Anna Bell writes on ports.</p></div>'),
    Shape("an address", _ONE, "", '<address>By <a rel="author" href="/x">Anna Bell</a></address>'),
    Shape("Hindi byline with a change", ("राहुल शर्मा",), "", '<div class="byline"><span>लेखक: राहुल शर्मा</span> <span>Updated Fri, 12 Jun 2020</span></div>', lang="hi"),
    Shape("Spanish with a place and a day", _ONE, "", '<div class="firma"><span class="autor">Anna Bell</span> <span class="lugar">Cádiz</span> <span class="fecha">11 de junio de 2020</span></div>', lang="es"),
    Shape("Kenya", ("ANNA BELL",), "", '<div class="author"><b>By <span>ANNA BELL</span></b> <a class="more">More by this Author</a></div>'),
    Shape("TYPO3", _ONE, "", '<div class="article"><div class="footer"><p><span class="news-list-author">Von Anna Bell</span></p></div></div>', lang="de"),
    Shape("Finnish class", _ONE, "", '<div class="tiedot"><span class="kirjoittaja">Anna Bell</span> <span>11.6.2020 8:04</span></div>', lang="fi"),
    Shape("blog's name beside", ("annab",), "", '<span class="author-name"><a href="/user/annab">annab</a> <span class="blog-name">for</span> <a href="/b">Ports</a></span>'),
    Shape("correspondent in a place", _ONE, "", '<p class="byline">By Anna Bell in Cairo</p>'),
)  # fmt: skip

_TAGS = ("Ports", "Sea trade")


def _links(pattern: str) -> str:
    """Links to the pages of both tags."""
    pages = {"Ports": "ports", "Sea trade": "sea-trade"}
    return " ".join(f'<a href="{pattern.format(slug)}">{tag}</a>' for tag, slug in pages.items())


TAGS = (
    Shape("bt:tags", _TAGS, meta("bt:tags", "Ports,Sea trade", key="property")),
    Shape("shareaholic", _TAGS, meta("shareaholic:keywords", "tag:Ports, tag:Sea trade, type:post")),
    Shape("article:tags", _TAGS, meta("article:tags", "Ports, Sea trade", key="property")),
    Shape("og:article:tag", _TAGS, meta("og:article:tag", "Ports", key="property") + meta("og:article:tag", "Sea trade", key="property")),
    Shape("keyword", _TAGS, meta("keyword", "Ports, Sea trade")),
    Shape("cXense", _TAGS, meta("cXenseParse:quay-keywords", "Ports") + meta("cXenseParse:quay-keywords", "Sea trade")),
    Shape("cXense in one word", _TAGS, meta("cXenseParse:articlekeywords", "Ports, Sea trade")),
    Shape("dcterms", _TAGS, meta("dcterms.subject", "Ports, Sea trade")),
    Shape("lp", _TAGS, meta("lp.article:tags", "Ports, Sea trade")),
    Shape("swiftype", _TAGS, '<meta class="swiftype" name="tags" data-type="string" content="Ports"><meta class="swiftype" name="tags" data-type="string" content="Sea trade">'),
    Shape("analytics", _TAGS, meta("analyticsAttributes.tags", "Ports, Sea trade")),
    Shape("article.keywords", _TAGS, meta("article.keywords", "Ports, Sea trade")),
    Shape("bars", _TAGS, meta("keywords", "Ports | Sea trade")),
    Shape("defined terms", _TAGS, '<script type="application/ld+json">{"@type":"NewsArticle","keywords":[{"@type":"DefinedTerm","name":"Ports"},{"@type":"DefinedTerm","name":"Sea trade"}]}</script>'),
    Shape("a string in a list", _TAGS, '<script type="application/ld+json">{"@type":"NewsArticle","keywords":["Ports, Sea trade"]}</script>'),
    Shape("about", _TAGS, '<script type="application/ld+json">{"@type":"NewsArticle","about":[{"@type":"Thing","name":"Ports"},{"@type":"Thing","name":"Sea trade"}]}</script>'),
    Shape("microdata links", _TAGS, "", "", '<p><span itemprop="keywords"><a href="/x/1">Ports</a></span>, <span itemprop="keywords"><a href="/x/2">Sea trade</a></span></p>'),
    Shape("microdata string", _TAGS, "", "", '<p itemprop="keywords">Ports, Sea trade</p>'),
    Shape("RDFa", _TAGS, "", "", '<div><a property="schema:keywords" href="/x/1">Ports</a> <a property="schema:keywords" href="/x/2">Sea trade</a></div>'),
    Shape("Newspaper theme", _TAGS, "", "", '<ul class="td-tags td-post-small-box"><li><span>TAGS</span></li><li><a href="/x/1">Ports</a></li><li><a href="/x/2">Sea trade</a></li></ul>'),
    Shape("JNews theme", _TAGS, "", "", f'<div class="jeg_post_tags"><span>Tags:</span> {_links("/t/{}")}</div>'),
    Shape("Drupal", _TAGS, "", "", '<div class="field field-name-field-tags"><div class="field-items"><div class="field-item"><a href="/x/1">Ports</a></div><div class="field-item"><a href="/x/2">Sea trade</a></div></div></div>'),
    Shape("Blogger", _TAGS, "", "", f'<span class="post-labels">Labels: {_links("/search/label/{}")}</span>'),
    Shape("Detik", _TAGS, "", "", f'<div class="detail__body-tag"><div class="nav">{_links("/x/{}")}</div></div>'),
    Shape("Kompas", _TAGS, "", "", f'<ul class="tag__article__wrap"><li>{_links("/x/{}")}</li></ul>'),
    Shape("Vietnamese", _TAGS, "", "", f'<div class="x"><b>Từ khóa:</b> {_links("/x/{}")}</div>', lang="vi"),
    Shape("Hungarian", _TAGS, "", "", f'<div class="x"><b>Címkék:</b> {_links("/x/{}")}</div>', lang="hu"),
    Shape("Greek", _TAGS, "", "", f'<div class="x"><b>Ετικέτες:</b> {_links("/x/{}")}</div>', lang="el"),
    Shape("Romanian", _TAGS, "", "", f'<div class="x"><b>Etichete:</b> {_links("/x/{}")}</div>', lang="ro"),
    Shape("Croatian", _TAGS, "", "", f'<div class="x"><b>Ključne riječi:</b> {_links("/x/{}")}</div>', lang="hr"),
    Shape("Serbian", _TAGS, "", "", f'<div class="x"><b>Tagovi:</b> {_links("/x/{}")}</div>', lang="sr"),
    Shape("Bulgarian", _TAGS, "", "", f'<div class="x"><b>Тагове:</b> {_links("/x/{}")}</div>', lang="bg"),
    Shape("Persian", _TAGS, "", "", f'<div class="x"><b>برچسب‌ها:</b> {_links("/x/{}")}</div>', lang="fa"),
    Shape("Hebrew", _TAGS, "", "", f'<div class="x"><b>תגיות:</b> {_links("/x/{}")}</div>', lang="he"),
    Shape("Thai", _TAGS, "", "", f'<div class="x"><b>แท็กที่เกี่ยวข้อง</b> {_links("/x/{}")}</div>', lang="th"),
    Shape("Hindi", _TAGS, "", "", f'<div class="x"><b>टैग्स:</b> {_links("/x/{}")}</div>', lang="hi"),
    Shape("Dutch", _TAGS, "", "", f'<div class="x"><b>Lees meer over</b> {_links("/x/{}")}</div>', lang="nl"),
    Shape("Danish", _TAGS, "", "", f'<div class="x"><b>Læs mere om:</b> {_links("/x/{}")}</div>', lang="da"),
    Shape("Norwegian", _TAGS, "", "", f'<div class="x"><b>Les mer om</b> {_links("/x/{}")}</div>', lang="no"),
    Shape("French", _TAGS, "", "", f'<div class="x"><b>Thématiques :</b> {_links("/x/{}")}</div>', lang="fr"),
    Shape("Spanish", _TAGS, "", "", f'<div class="x"><b>Más sobre:</b> {_links("/x/{}")}</div>', lang="es"),
    Shape("Brazilian", _TAGS, "", "", f'<div class="x"><b>Mais sobre:</b> {_links("/x/{}")}</div>', lang="pt"),
    Shape("Portuguese", _TAGS, "", "", f'<div class="x"><b>Palavras-chave:</b> {_links("/x/{}")}</div>', lang="pt"),
    Shape("Italian", _TAGS, "", "", f'<div class="x"><b>Altri articoli su:</b> {_links("/x/{}")}</div>', lang="it"),
    Shape("address in Spanish", _TAGS, "", "", f'<p>{_links("/etiqueta/{}")}</p>', lang="es"),
    Shape("address in Slovak", _TAGS, "", "", f'<p>{_links("/stitky/{}")}</p>', lang="sk"),
    Shape("address in Hungarian", _TAGS, "", "", f'<p>{_links("/cimke/{}")}</p>', lang="hu"),
    Shape("address in Vietnamese", _TAGS, "", "", f'<p>{_links("/tu-khoa/{}")}</p>', lang="vi"),
    Shape("address in Estonian", _TAGS, "", "", f'<p>{_links("/teema/{}")}</p>', lang="et"),
    Shape("address in Turkish", _TAGS, "", "", f'<p>{_links("/etiket/{}")}</p>', lang="tr"),
    Shape("address in Polish", _TAGS, "", "", f'<p>{_links("/temat/{}")}</p>', lang="pl"),
    Shape("Arc", _TAGS, '<script>Fusion.globalContent={"taxonomy":{"tags":[{"text":"Ports","slug":"ports"},{"text":"Sea trade","slug":"sea-trade"}]},"headlines":{"basic":"Ports and the sea trade"}};</script>', "<p>The ports live on the sea trade, and the sea trade lives on them.</p>"),
    Shape("Next.js", _TAGS, '<script id="__NEXT_DATA__" type="application/json">{"props":{"article":{"tags":[{"name":"Ports"},{"name":"Sea trade"}]}}}</script>', "<p>The ports live on the sea trade, and the sea trade lives on them.</p>"),
    Shape("data layer with bars", _TAGS, '<script>dataLayer.push({"article_tags":"Ports|Sea trade"});</script>', "<p>The ports live on the sea trade, and the sea trade lives on them.</p>"),
    Shape("single quotes", _TAGS, "<script>dataLayer = [{'articleTags': 'Ports,Sea trade'}];</script>", "<p>The ports live on the sea trade, and the sea trade lives on them.</p>"),
    Shape("nav named by a label", _TAGS, "", "", f'<nav aria-label="tags">{_links("/blog/tags/{}")}</nav>'),
    Shape("trends are no tags", (), "", "", f'<div class="trending"><b>Trending</b> {_links("/tag/{}")}</div>'),
    Shape("others' tags are no tags", (), "", "", f'<aside class="related-stories"><div class="card"><h4>Other</h4>{_links("/tag/{}")}</div></aside>'),
)  # fmt: skip

_SITE = meta("og:title", "{}", key="property")


def _named(  # noqa: PLR0913 - every part of a page has a default
    title: str, *, shared: str = "", heading: str = "", host: str = "www.quaynews.com", lang: str = "en", head: str = ""
) -> Shape:
    """A page without h1 unless told, by its document's title and OpenGraph's."""
    og = _SITE.format(shared) if shared else ""
    return Shape(
        f"{title} / {shared} / {heading}", HEADLINE, og + head, heading=heading, title=title, host=host, lang=lang
    )


TITLES = (
    _named(f"{HEADLINE} – DW – 06/11/2020", host="www.dw.com"),
    _named(f"{HEADLINE} - Quay News"),
    _named(f"{HEADLINE} | Quay News | 11.06.2020"),
    _named(f"{HEADLINE} :: Quay News"),
    _named(f"{HEADLINE} ~ Quay News"),
    _named(f"{HEADLINE} ● Quay News"),
    _named(f"{HEADLINE} « Quay News"),
    _named(f"{HEADLINE} // Quay News"),
    _named(f"{HEADLINE} / World / Quay News", head=meta("article:section", "World", key="property")),
    _named(f"{HEADLINE}：Quay News"),
    _named(f"{HEADLINE}_World_Quay News", head=meta("article:section", "World", key="property")),
    _named(f"{HEADLINE} : Quay News"),
    _named(f"Quay News: {HEADLINE}"),
    _named(f"Quay News | {HEADLINE}"),
    _named(f"{HEADLINE} - www.quaynews.com"),
    _named(f"{HEADLINE} [Quay News]"),
    _named(f"{HEADLINE} (Quay News)"),
    _named(f"{HEADLINE} | Quay News", shared=HEADLINE),
    _named(f"{HEADLINE} | The coast's paper", shared=f"{HEADLINE} - The coast's paper", heading=f"<h1>{HEADLINE}</h1>"),
    _named(f"{HEADLINE} | The coast's paper", heading=f'<h1 class="logo">The coast&#39;s paper</h1><h2 class="entry-title">{HEADLINE}</h2>'),
    _named(f"{HEADLINE} | The coast's paper", heading=f'<h2 itemprop="headline">{HEADLINE}</h2>'),
    _named(f"The coast's paper: {HEADLINE}", heading=f'<h3 class="post-title entry-title">{HEADLINE}</h3>'),
    _named("The coast's paper", heading=f'<h2 class="post-title"><a href="/a/c4f1b2">{HEADLINE}</a></h2>'),
    _named("The coast's paper", heading=f'<div class="headline" itemprop="headline">{HEADLINE}</div>'),
    _named("The coast's paper", heading=f'<h1 class="article-title">{HEADLINE}</h1>'),
    _named("The coast's paper", heading=f'<h1>The coast&#39;s paper</h1><h1 class="article-title">{HEADLINE}</h1>'),
    _named(HEADLINE, shared=HEADLINE, heading=f'<h1><span class="badge">Premium</span> {HEADLINE}</h1>'),
    _named(HEADLINE, heading=f'<h1>{HEADLINE} <span class="badge">Premium</span></h1>'),
    _named(HEADLINE, heading=f'<h1><span class="sr-only">Subscribers only</span> {HEADLINE}</h1>'),
    _named(HEADLINE, heading=f'<h1><span class="label label-live">Live</span>{HEADLINE}</h1>'),
    _named(HEADLINE, heading=f'<h1>{HEADLINE} <a class="comments-count" href="#c">12 comments</a></h1>'),
    _named(HEADLINE, heading=f"<h1>{HEADLINE}<button>Save</button></h1>"),
    _named(HEADLINE, heading=f"<h1>{HEADLINE}<style>.x{{color:red}}</style></h1>"),
    _named(HEADLINE, heading=f"<h1>{HEADLINE} <small>What the ministry says now</small></h1>"),
    _named(HEADLINE, heading=f'<h1>{HEADLINE} <time datetime="2020-06-11">June 11</time></h1>'),
    _named(HEADLINE, heading='<h1>The har<span class="x"></span>bour is closed to all ships</h1>'),
    _named(HEADLINE, heading="<h1>The harbour<br>is closed to all ships</h1>"),
    _named(HEADLINE, heading="<h1>The harbour<wbr> is closed to all ships</h1>"),
    _named(f"World News: {HEADLINE}", heading=f"<h1>{HEADLINE}</h1><p>x</p>"),
    _named("Harbour shut - latest news", shared="Harbour shut: all you need to know", heading=f"<h1>{HEADLINE}</h1>"),
    _named(HEADLINE, shared="Harbour shut", heading=f'<h1>Quay News</h1><h1 class="title">{HEADLINE}</h1>'),
    _named(f"Video: {HEADLINE} - Quay News", heading=f"<h1>{HEADLINE}</h1>"),
    _named("", head=meta("parsely-title", HEADLINE)),
    _named("Quay News", head=meta("dcterms.title", HEADLINE)),
    _named("Quay News", head=meta("article.headline", HEADLINE)),
    _named("Quay News", head=meta("mediator_title", HEADLINE)),
    _named("Quay News", head=meta("citation_title", HEADLINE)),
    _named("Quay News", head=meta("hdl", HEADLINE)),
    _named("Quay News", head=meta("cXenseParse:title", HEADLINE)),
)  # fmt: skip

FIELDS = {"title": TITLES, "date_published": DATES, "authors": AUTHORS, "tags": TAGS}
