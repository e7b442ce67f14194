"""Bytes that are no page, and pages in other charsets than they say."""

import gzip
import zlib
from collections.abc import Callable, Iterator, Mapping

from tests.extraction.making import PROSE, news, page

GOOD = page(node=news(datePublished="2020-06-11T06:04:00Z", author={"name": "Anna Bell"}))
FEED = '<rss version="2.0"><channel><title>Harbour</title><item><title>x</title><link>/x</link></item></channel></rss>'
BOMB = b"<!ENTITY e0 'x'>" + b"".join(b"<!ENTITY e%d '%s'>" % (n + 1, b"&e%d;" % n * 10) for n in range(20))
RUSSIAN = "Гавань закрыли до рассвета, и к полудню ни одно судно не двинулось с места, сказал лоцман."  # noqa: RUF001 - other scripts have signs of their own
CHINESE = "港口在黎明前关闭，直到中午都没有一艘船移动，在这里工作了三十年的引航员说。部里没有人愿意解释这项命令。"  # noqa: RUF001 - other scripts have signs of their own
JAPANESE = "港は夜明け前に閉鎖され、正午まで一隻の船も動かなかったと、ここで三十年働いてきた水先人は語った。"
KOREAN = (
    "항구는 새벽이 되기 전에 폐쇄되었고 정오까지 한 척의 배도 움직이지 않았다고 이곳에서 삼십 년 일한 도선사가 말했다."
)
ARABIC = "أغلق الميناء قبل الفجر ولم تتحرك أي سفينة حتى الظهر كما قال المرشد الذي يعمل هنا منذ ثلاثين عاما"
TURKISH = "Liman şafaktan önce kapatıldı ve öğlene kadar hiçbir gemi kıpırdamadı, dedi otuz yıldır çalışan kılavuz."  # noqa: RUF001 - as above

# A text, the charset of its bytes, and the charsets that page and header falsely declare.
LIES: Mapping[str, tuple[str, str, tuple[str, ...]]] = {
    "Russian in UTF-8": (RUSSIAN, "utf-8", ("windows-1251", "koi8-r", "iso-8859-1", "utf-16", "nonsense")),
    "Chinese in UTF-8": (CHINESE, "utf-8", ("gb2312", "big5", "shift_jis", "iso-8859-1", "iso-2022-jp", "hz")),
    "Japanese in UTF-8": (JAPANESE, "utf-8", ("shift_jis", "euc-jp", "iso-2022-jp", "windows-1252")),
    "Korean in UTF-8": (KOREAN, "utf-8", ("euc-kr", "gb18030", "utf-7")),
    "Arabic in UTF-8": (ARABIC, "utf-8", ("windows-1256", "iso-8859-6", "x-user-defined")),
    "Turkish in UTF-8": (TURKISH, "utf-8", ("iso-8859-9", "base64", "idna", "punycode", "rot13", "undefined")),
    "Chinese in GB18030": (CHINESE, "gb18030", ("utf-8",)),
    "Japanese in Shift JIS": (JAPANESE, "shift_jis", ("utf-8",)),
    "Korean in EUC-KR": (KOREAN, "euc-kr", ("utf-8",)),
    "Russian in Windows-1251": (RUSSIAN, "windows-1251", ("utf-8",)),
}


def lies() -> Iterator[tuple[str, bytes, str, str]]:
    """Name, page, header's charset and true text of each page that lies about its charset."""
    for name, (text, charset, declared) in LIES.items():
        body = "".join(f"<p>{text} {n}</p>" for n in range(5))
        for lie in declared:
            html = page(body=body, lang="").decode().replace('"utf-8"', f'"{lie}"')
            yield f"{name}, not {lie}", html.encode(charset), lie, text


def mixed(*parts: bytes) -> bytes:
    """A good page with bytes of another kind in its body."""
    return GOOD.replace(b"</p>", b"</p><p>" + b"</p><p>".join(parts) + b"</p>", 1)


KINDS: Mapping[str, Callable[[], bytes]] = {
    "nothing": lambda: b"",
    "blanks": lambda: b" \r\n\t" * 100_000,
    "NULs": lambda: bytes(1_000_000),
    "a mark": lambda: b"\xef\xbb\xbf",
    "half a mark": lambda: b"\xef\xbb",
    "a mark of UTF-16": lambda: b"\xff\xfe",
    "a feed": lambda: b'<?xml version="1.0" encoding="utf-8"?>' + FEED.encode(),
    "a large feed": lambda: FEED.replace("<item>", "<item><title>x</title></item><item>" * 20_000).encode(),
    "a sitemap": lambda: b"<?xml version='1.0'?><urlset>" + b"<url><loc>/x</loc></url>" * 20_000 + b"</urlset>",
    "an entity bomb": lambda: b"<?xml version='1.0'?><!DOCTYPE x [" + BOMB + b"]><x>&e20;</x>",
    "an outer entity": lambda: b'<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/hostname">]><p>&e;</p>' + GOOD,
    "a drawing": lambda: b'<svg xmlns="http://www.w3.org/2000/svg">' + b"<path d='M0 0'/>" * 10_000 + b"</svg>",
    "XHTML": lambda: b'<?xml version="1.0" encoding="iso-8859-1"?>' + GOOD,
    "XHTML with names": lambda: GOOD.replace(b"<html", b'<html xmlns="http://www.w3.org/1999/xhtml" xmlns:x="y"'),
    "instructions without end": lambda: b"<?xml " * 100_000,
    "JSON": lambda: b'{"html": "<p>' + b"harbour " * 10_000 + b'</p>"}',
    "plain text": lambda: b"\n".join(p.encode() for p in PROSE) * 100,
    "a style sheet": lambda: b"p > a { color: red }\n" * 20_000,
    "a program": lambda: b"if (a < b && c > d) { e = '<p>'; }\n" * 20_000,
    "a table": lambda: b"a,b,c\n" * 100_000,
    "a message": lambda: b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n" + GOOD,
    "every byte": lambda: bytes(range(256)) * 2_000,
    "high bytes": lambda: bytes(range(128, 256)) * 4_000,
    "a picture": lambda: b"\x89PNG\r\n\x1a\n" + bytes(50_000),
    "a document": lambda: b"%PDF-1.7\n" + zlib.compress(bytes(range(256)) * 4_000) * 20,
    "a compressed page": lambda: gzip.compress(GOOD, mtime=0),
    "a page twice encoded": lambda: GOOD.decode("latin-1").encode(),
    "a page in UTF-16": lambda: GOOD.decode().encode("utf-16"),
    "a page in UTF-16 without mark": lambda: GOOD.decode().encode("utf-16-le"),
    "a page in UTF-32": lambda: GOOD.decode().encode("utf-32"),
    "a page in UTF-7": lambda: GOOD.decode().encode("utf-7"),
    "a page in EBCDIC": lambda: GOOD.decode().encode("cp500"),
    "marks within": lambda: GOOD.replace(b"<p>", b"<p>\xef\xbb\xbf"),
    "NULs within": lambda: GOOD.replace(b"harbour", b"har\0bour").replace(b"<p>", b"<p\0>"),
    "many NULs within": lambda: GOOD.replace(b"</p>", b"\0" * 300_000 + b"</p>"),
    "controls within": lambda: mixed(bytes(range(1, 32)) * 1_000, b"\x7f" * 1_000, b"\xc2\x85\xc2\x9f" * 1_000),
    "several charsets": lambda: mixed(RUSSIAN.encode("cp1251"), CHINESE.encode("gb18030"), ARABIC.encode("cp1256")),
    "overlong UTF-8": lambda: mixed(b"\xc0\xae\xe0\x80\xaf" * 1_000),
    "surrogates in UTF-8": lambda: mixed(b"\xed\xa0\x80\xed\xbf\xbf" * 1_000),
    "non-characters": lambda: mixed("\ufffe\uffff\ufdd0\U0001ffff".encode() * 1_000),
    "combining marks": lambda: mixed(("e" + "\u0301" * 100_000).encode()),
    "invisible signs": lambda: mixed("\u200b\u200e\u202e\u2060\u00ad".encode() * 30_000),
    "odd blanks": lambda: mixed("\u2028\u2029\u00a0\u3000\t\r\n".encode() * 50_000),
    "returns": lambda: GOOD.replace(b"<p>", b"\r\r\n<p>" * 10_000, 1),
    "pictures of signs": lambda: mixed("\U0001f600\U0001f3fd\u200d".encode() * 50_000),
}
