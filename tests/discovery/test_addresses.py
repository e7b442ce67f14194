"""What addresses alone tell: shapes as publishers really use them."""

import pytest

from newsarchive.discovery.addresses import USUAL_FEED_PATHS, USUAL_SITEMAP_PATHS, looks_like_article

ARTICLES = """
https://www.rfi.fr/fr/moyen-orient/20261101-irak-le-port-rouvre
https://www.rfi.fr/en/middle-east/20261101-iraq-reopens-its-port
https://www.rfi.fr/ar/الشرق-الأوسط/20261101-العراق-يعيد-فتح-الميناء
https://www.rfi.fr/cn/中东/20261101-伊拉克重开港口
https://www.france24.com/es/20261101-irak-reabre-su-puerto
https://www.bbc.com/news/articles/c0jqv1wlnpgo
https://www.bbc.co.uk/news/world-europe-50474032
https://www.bbc.com/mundo/noticias-50474032
https://www.bbc.com/arabic/articles/c4gk8p2vv1no
https://www.dw.com/de/ein-hafen-öffnet-wieder/a-65106525
https://www.dw.com/zh/港口/a-65106525
https://www.aljazeera.com/news/2026/11/1/iraq-reopens-port-after-storm
https://www.aljazeera.net/news/2026/11/1/العراق-يعيد-فتح-الميناء
https://www.theguardian.com/world/2026/nov/01/iraq-port-reopens
https://www.theguardian.com/world/live/2026/nov/01/storm-latest-news-live
https://www.lemonde.fr/international/article/2026/11/01/le-port-rouvre_6123456_3210.html
https://elpais.com/internacional/2026-11-01/el-puerto-reabre-tras-la-tormenta.html
https://elpais.com/elpais/2026/02/18/ciencia/1582045946_459487.html
https://www.spiegel.de/ausland/hafen-a-7f7b9c1e-1111-4222-8333-444455556666
https://www.faz.net/aktuell/politik/ausland/der-hafen-oeffnet-16493434.html
https://www.sueddeutsche.de/politik/hafen-oeffnung-1.4682131
https://www.tagesschau.de/ausland/hafen-wieder-offen-101.html
https://taz.de/Der-Hafen-ist-wieder-offen/!5639453/
https://www.kommersant.ru/doc/7715044
https://ria.ru/20261101/port-1561234567.html
https://lenta.ru/news/2026/11/01/port/index.html
https://tass.ru/ekonomika/7145123
https://www.pravda.com.ua/news/2026/11/1/7232211/
https://www.nikkei.com/article/DGXZQOUB148MY0U5A110C2000000/
https://www.asahi.com/articles/ASMCN5F1XMCNUTIL03J.html
https://www.yomiuri.co.jp/world/20261101-OYT1T50044/
https://mainichi.jp/articles/20261101/k00/00m/040/123000c
https://www3.nhk.or.jp/news/html/20261101/k10012181234000.html
https://news.sina.com.cn/c/2026-11-01/doc-iihnzahi1953453.shtml
http://world.people.com.cn/n1/2026/1101/c1002-31463201.html
https://www.chosun.com/international/2026/11/01/ABCDEF7QZ5DHJ/
https://news.naver.com/main/read.nhn?mode=LSD&oid=001&aid=0011223344
https://www.thairath.co.th/news/foreign/1706123
https://vnexpress.net/cang-mo-cua-tro-lai-sau-bao-4014123.html
https://www.detik.com/internasional/d-4790123/pelabuhan-dibuka-lagi
https://timesofindia.indiatimes.com/world/port-reopens/articleshow/72117123.cms
https://www.thehindu.com/news/international/port-reopens/article30012345.ece
https://www.amarujala.com/world/बंदरगाह-फिर-से-खुला-तूफान-के-बाद
https://www.bbc.com/hindi/international-50474032
https://www.hurriyet.com.tr/dunya/liman-yeniden-acildi-41377123
https://www.irna.ir/news/83562123/بندر-باز-شد
https://www.haaretz.com/world-news/2026-11-01/ty-article/.premium/port-reopens/0000017f-e123
https://www.ynet.co.il/articles/0,7340,L-5627123,00.html
https://g1.globo.com/mundo/noticia/2026/11/01/porto-reabre-apos-tempestade.ghtml
https://www1.folha.uol.com.br/mundo/2026/11/porto-reabre-apos-tempestade.shtml
https://www.clarin.com/mundo/puerto-reabre-tormenta_0_AbCdEf12.html
https://www.repubblica.it/esteri/2026/11/01/news/il_porto_riapre-241234567/
https://www.corriere.it/esteri/26_novembre_01/porto-riapre-dopo-tempesta-0a1b2c3d.shtml
https://www.publico.pt/2026/11/01/mundo/noticia/porto-reabre-1894123
https://nos.nl/artikel/2311123-haven-weer-open
https://www.aftonbladet.se/nyheter/a/WvoyXQ/hamnen-oppnar-igen-efter-stormen
https://www.dr.dk/nyheder/udland/havnen-aabner-igen-efter-stormen
https://yle.fi/uutiset/3-11077123
https://www.gazeta.pl/wiadomosci/7,114881,25432123,port-znow-otwarty.html
https://www.idnes.cz/zpravy/zahranicni/pristav.A191120_123456_zahranicni_abc
https://index.hu/kulfold/2026/11/01/ujra_nyitott_a_kikoto/
https://www.kathimerini.gr/1052123/article/epikairothta/kosmos/limani
https://www.digi24.ro/stiri/externe/portul-s-a-redeschis-dupa-furtuna-1217123
https://www.cnn.com/2026/11/01/world/port-reopens-intl/index.html
https://www.nytimes.com/2026/11/01/world/middleeast/iraq-port.html
https://www.washingtonpost.com/world/2026/11/01/iraq-port-reopens/
https://www.reuters.com/world/middle-east/iraq-port-reopens-after-storm-2026-11-01/
https://apnews.com/article/iraq-port-storm-0a1b2c3d4e5f60718293a4b5c6d7e8f9
https://www.npr.org/2026/11/01/1206601882/iraq-port-reopens
https://www.usatoday.com/story/news/world/2026/11/01/iraq-port/4250123002/
https://www.theatlantic.com/international/archive/2026/11/port/601123/
https://www.wired.com/story/the-port-that-came-back/
https://nation.africa/kenya/news/port-reopens-after-long-storm-1234567
https://www.news24.com/news24/world/port-reopens-20261101
https://allafrica.com/stories/202611010123.html
https://www.thenation.com/?post_type=article&p=441749
http://archiv.blog.example/?p=2895
http://www.news.example/article.asp?id=139939
https://blog.example/2026/11/01/port-reopens/
https://xn--e1afmkfd.example/новости/порт-снова-открыт-после-шторма
""".strip().splitlines()

OTHERS = """
https://www.rfi.fr/
https://www.rfi.fr/fr/
https://www.rfi.fr/fr/moyen-orient/
https://www.rfi.fr/fr/tag/irak/
https://www.rfi.fr/fr/podcasts/
https://www.rfi.fr/ar/الشرق-الأوسط
https://www.bbc.com/news/world/middle_east
https://www.bbc.com/news/topics/c302m85q1z0t
https://www.dw.com/de/themen/s-9077
https://www.theguardian.com/world/middle-east
https://www.theguardian.com/profile/a-writer-with-a-name
https://www.theguardian.com/uk-news/2026/nov/01/
https://www.lemonde.fr/moyen-orient/
https://www.lemonde.fr/signataires/
https://elpais.com/noticias/irak/
https://www.aljazeera.com/tag/iraq-port-reopens/
https://news.example/author/jane-doe-of-the-desk/
https://news.example/category/world-news-and-more/
https://news.example/tags/long-hyphenated-tag-name
https://news.example/world/page/2
https://news.example/world/page/2/
https://news.example/archive/
https://news.example/archive/2026
https://news.example/2026/
https://news.example/2026/11/
https://news.example/2026/11/01/
https://news.example/2026/11/01/politics/
https://news.example/2026-11-01/
https://news.example/20261101/
https://news.example/login?next=/2026/11/01/a-long-article-slug
https://news.example/search?q=port+reopens&id=12345
https://news.example/newsletter/sign-up-for-our-daily-letter
https://news.example/account/subscribe-for-one-year-now
https://news.example/about-us.html
https://news.example/contact
https://news.example/impressum.html
https://news.example/privacy-policy
https://news.example/uploads/2026/11/01/port-reopens-after-storm.jpg
https://news.example/audio/2026/11/01/port-reopens-after-storm.mp3
https://news.example/files/annual-report-of-the-port-2026.pdf
https://news.example/feed/
https://news.example/rss/world-news-from-everywhere
https://news.example/sitemap.xml
https://news.example/wp-json/wp/v2/posts/12345
https://news.example/wp-content/2026/11/01/port-reopens-after
https://news.example/index.html
https://news.example/world.html
https://news.example/sport/football
https://news.example/sport/premier-league
https://news.example/ニュース/
https://news.example/новости/
https://news.example/أخبار/
https://news.example/?page=2
https://news.example/?lang=fr
mailto:desk@news.example
javascript:void(0)
ftp://news.example/2026/11/01/port-reopens-after-storm
/2026/11/01/port-reopens-after-storm
http://[news.example/2026/11/01/port-reopens
""".strip().splitlines()


@pytest.mark.parametrize("url", ARTICLES)
def test_an_articles_address_is_recognised(url: str) -> None:
    """Dates, slugs, numbers, query keys: in the shapes of some seventy publishers."""
    assert looks_like_article(url)


@pytest.mark.parametrize("url", [*OTHERS, ""])
def test_an_address_of_something_else_is_not(url: str) -> None:
    """Front pages, sections, lists, services and media files, also where they carry dates and long names."""
    assert not looks_like_article(url)


def test_usual_places_are_paths() -> None:
    """They can be appended to any origin, each once."""
    for paths in (USUAL_FEED_PATHS, USUAL_SITEMAP_PATHS):
        assert all(path.startswith("/") for path in paths)
        assert len(set(paths)) == len(paths)
