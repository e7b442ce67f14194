"""Pages whose markup is hostile: too deep, too long, too many, or broken."""

from collections.abc import Callable, Mapping

from tests.extraction.making import PROSE, page

TEXT = PROSE[0].encode()
BODY = "".join(f"<p>{prose}</p>" for prose in PROSE)


def _in_body(opening: bytes, times: int) -> Callable[[], bytes]:
    """Elements within each other, never closed."""
    return lambda: b"<html><body>" + opening * times + TEXT + b"</body></html>"


def _around(opening: str, closing: str, times: int) -> Callable[[], bytes]:
    """An article within elements within each other, each closed."""
    return lambda: page(body=opening * times + BODY + closing * times)


def _beside(part: str, times: int) -> Callable[[], bytes]:
    """An article and below it the same part again and again."""
    return lambda: page(body=BODY, after=part * times)


def _among(part: str, times: int) -> Callable[[], bytes]:
    """A body that goes on and on."""
    return lambda: page(body=BODY + part * times)


def _broken(markup: str) -> Callable[[], bytes]:
    """An article in whose middle something is left open."""
    return lambda: page(body=f"<p>{PROSE[0]}</p>{markup}<p>{PROSE[1]}</p><p>{PROSE[2]}</p>")


DEEP: Mapping[str, Callable[[], bytes]] = {
    "divs": _in_body(b"<div>", 100_000),
    "closed divs": _around("<div>", "</div>", 100_000),
    "divs with classes": _around('<div class="wrapper content">', "</div>", 20_000),
    "spans": _in_body(b"<p><span>", 50_000),
    "inline": _in_body(b"<b><i><font>", 20_000),
    "lists": _in_body(b"<ul><li>", 5_000),
    "tables": _in_body(b"<table><tr><td>", 3_000),
    "closed tables": _around("<table><tr><td>", "</td></tr></table>", 1_000),
    "quotes": _in_body(b"<blockquote>", 50_000),
    "articles": _in_body(b"<article>", 50_000),
    "sections with text": _in_body(b"<section>" + TEXT, 2_000),
    "forms": _in_body(b"<form>", 50_000),
    "links": _in_body(b"<a href=/x>", 50_000),
    "drawings": _in_body(b"<svg><g>", 20_000),
    "frames": _in_body(b"<iframe>", 20_000),
    "templates": _in_body(b"<template>", 50_000),
    "paragraphs in divs": _in_body(b"<p><div>", 20_000),
    "headings": _in_body(b"<h1><h2>", 20_000),
    "figures": _in_body(b"<figure><figcaption>", 20_000),
    "definitions": _in_body(b"<dl><dd>", 20_000),
    "options": _in_body(b"<select><optgroup><option>", 20_000),
    "noscripts": _in_body(b"<noscript>", 50_000),
    "bodies": _in_body(b"<body>", 50_000),
    "documents": _in_body(b"<html><head>", 20_000),
    "objects": _in_body(b"<object><embed>", 20_000),
    "misnested": _in_body(b"<b><p></b><i></p>", 10_000),
    "details": _in_body(b"<details><summary>", 20_000),
    "unknown elements": _in_body(b"<x-card>", 50_000),
    "numbered slides": _in_body(b'<div class="slide slide-1">' + TEXT, 2_000),
    "lists of links in lists of links": _in_body(b"<ul>" + b"<li><a href=/x>harbour</a></li>" * 40, 1_000),
    "boxes of links": _in_body(b"<div>" + b"<a href=/x>harbour</a> " * 5, 5_000),
}

LONG: Mapping[str, Callable[[], bytes]] = {
    "one line": lambda: page(body="<p>" + "harbour " * 150_000 + "</p>"),
    "one word": lambda: page(body="<p>" + "harbour" * 150_000 + "</p>"),
    "bare line": lambda: page(body="<div>" + "harbour " * 150_000 + "</div>"),
    "sentences": lambda: page(body="<p>" + f"{PROSE[0]} " * 10_000 + "</p>"),
    "preformatted": lambda: page(body="<pre>" + f"{PROSE[0]}\n" * 10_000 + "</pre>"),
    "Chinese": lambda: page(body="<p>" + "港口关闭了。" * 100_000 + "</p>"),
    "tag name": lambda: b"<html><body><" + b"a" * 1_000_000 + b">" + TEXT,
    "attribute name": lambda: b"<html><body><p " + b"a" * 1_000_000 + b"=1>" + TEXT,
    "attribute": lambda: b'<div class="' + b"related-" * 30_000 + b'"><p>' + TEXT + b"</p></div>",
    "style attribute": lambda: page(body=f'<p style="{"color:red;" * 50_000}">{PROSE[0]}</p>'),
    "inline image": lambda: page(body=BODY + f'<img src="data:image/png;base64,{"QUJD" * 200_000}">'),
    "link": lambda: page(body=BODY + f'<a href="/{"x/" * 300_000}">harbour</a>'),
    "comment": lambda: page(body=BODY + f"<!--{'x' * 3_000_000}-->"),
    "doctype": lambda: b"<!DOCTYPE " + b"x" * 1_000_000 + b">" + page()[15:],
    "script": lambda: page(head=f"<script>{'var x = 1; ' * 200_000}</script>"),
    "style": lambda: page(head=f"<style>{'p {color: red} ' * 200_000}</style>"),
    "text area": lambda: page(body=BODY + f"<textarea>{'harbour ' * 100_000}</textarea>"),
    "entity": lambda: page(body=BODY + f"<p>&{'x' * 500_000};</p>"),
    "number": lambda: page(body=BODY + f"<p>&#{'9' * 500_000};</p>"),
    "heading": lambda: page(body=f"<h2>{'harbour ' * 50_000}</h2>{BODY}"),
    "processing instruction": lambda: page(body=BODY + "<?" + "php " * 200_000),
    "cell": lambda: page(body=f"<table><tr><td>{'harbour | ' * 50_000}</td></tr></table>"),
}

MANY: Mapping[str, Callable[[], bytes]] = {
    "paragraphs": lambda: page(body="<p>short line of prose, no more</p>" * 8_000),
    "different paragraphs": lambda: page(body="".join(f"<p>{n}. {PROSE[0]}</p>" for n in range(4_000))),
    "line breaks": _among("harbour<br>", 30_000),
    "empty paragraphs": _among("<p></p>", 50_000),
    "empty elements": _beside("<i></i>", 100_000),
    "links": _beside("<a href='/tag/x'>x</a>", 20_000),
    "list of links": lambda: page(after="<ul>" + "<li><a href='/tag/x'>x</a></li>" * 6_000 + "</ul>"),
    "lists": _among("<ul><li>harbour</li></ul>", 5_000),
    "list items": lambda: page(body=BODY + "<ul>" + "<li>the harbour was closed</li>" * 20_000 + "</ul>"),
    "rows": lambda: page(body=BODY + "<table>" + "<tr><td>harbour</td><td>quay</td></tr>" * 3_000 + "</table>"),
    "pictures": _among("<figure><img src=x><figcaption>The harbour</figcaption></figure>", 10_000),
    "headings": _among("<h2>harbour</h2>", 10_000),
    "main headings": _beside("<h1>The harbour is open</h1>", 10_000),
    "quotes": _among("<blockquote>the harbour was closed</blockquote>", 5_000),
    "forms": _beside("<form><input name=a></form>", 20_000),
    "options": lambda: page(after="<select>" + "<option>Iraq" * 50_000 + "</select>"),
    "frames": _beside("<iframe src=/x></iframe>", 20_000),
    "comments": _among("<!-- x -->", 100_000),
    "scripts": _beside("<script>x=1</script>", 20_000),
    "closing tags": _among("</div></section></b>", 30_000),
    "articles": lambda: page(body=f"<article>{BODY}</article>" * 500),
    "boxes": lambda: page(body="".join(f'<div class="c{n}"><p>{PROSE[0]} {n}</p></div>' for n in range(2_000))),
    "tag lists": _beside('<ul class="tags"><li><a rel=tag href=/tag/iraq>Iraq</a></li></ul>', 5_000),
    "tags": lambda: page(after=f'<ul class="tags">{"<li><a href=/tag/iraq rel=tag>Iraq</a>" * 10_000}</ul>'),
    "bylines": lambda: page(before='<span class="byline author">By Anna Bell</span>' * 10_000),
    "times": lambda: page(before='<time datetime="2020-06-11T06:04:00Z">11 June 2020</time>' * 20_000),
    "shown dates": lambda: page(before='<span class="date">11 June 2020, 06:04</span>' * 10_000),
    "breadcrumbs": lambda: page(before='<nav class="breadcrumb"><a href=/world>World</a></nav>' * 5_000),
    "microdata": lambda: page(before='<span itemprop="author keywords datePublished">Anna</span>' * 10_000),
    "attributes": lambda: b"<div " + b"".join(b"a%d=b " % n for n in range(8_000)) + b"><p>" + TEXT,
    "same attributes": lambda: b"<div " + b"a=b " * 50_000 + b">",
    "classes": lambda: page(body=f'<div class="{" ".join(f"c{n}" for n in range(50_000))}">{BODY}</div>'),
    "numbered boxes": _among(f'<div class="widget slide-1"><p>{PROSE[0]}</p></div>', 10_000),
    "questions": _among("<p>What did you see when the harbour was closed on that Sunday?</p>", 20_000),
    "scrambled paragraphs": _among(f'<p class="obfuscated">{PROSE[0]}</p>', 10_000),
    "headings of other articles": _among(f"<h3>Related articles</h3><p>{PROSE[0]}</p>", 10_000),
}

BROKEN: Mapping[str, Callable[[], bytes]] = {
    "only tags": lambda: b"<" * 100_000,
    "only openings": lambda: b"<p" * 100_000,
    "only ampersands": lambda: page(body="<p>" + "&" * 300_000 + "</p>"),
    "comment left open": lambda: b"<html><body><p>" + TEXT + b"<!-- " + b"x" * 200_000,
    "script left open": lambda: b"<html><body><p>" + TEXT + b"</p><script>" + b"x" * 200_000,
    "style left open": _broken("<style>"),
    "title left open": lambda: b"<html><head><title>" + page(),
    "text area left open": _broken("<textarea>"),
    "plain text begun": _broken("<plaintext>"),
    "example left open": _broken("<xmp>"),
    "quote left open": _broken('<a href="/x>harbour</a>'),
    "tag left open": _broken("<div <p"),
    "character data": _broken("<![CDATA[ <p>harbour</p>"),
    "declaration": _broken("<!ELEMENT br EMPTY>"),
    "conditional comments": _broken("<!--[if lt IE 9]><p>old</p><![endif]--><![if !IE]><p>new</p><![endif]>"),
    "null element": _broken("<p\0><\0p>"),
    "entities": lambda: page(body="<p>" + "&amp;" * 200_000 + "&#0;&#x110000;&bogus;" * 1_000 + "</p>"),
    "surrogate entities": _broken("<p>&#xD800;&#xDFFF;&#xFFFE;&#x1F600;</p>"),
    "frameset": lambda: b"<html><frameset><frame src=/x></frameset>" + page(),
    "two pages": lambda: page() + page(title="The pier is open"),
    "head after body": lambda: b"<html><body>" + BODY.encode() + b"</body><head><title>x</title></head></html>",
    "everything in head": lambda: b"<html><head>" + BODY.encode() + b"</head></html>",
    "no html": lambda: TEXT * 3,
    "no body": lambda: b"<html><head><title>The harbour</title></head></html>",
    "bare doctype": lambda: b"<!DOCTYPE html>",
    "base of nonsense": lambda: page(head='<base href="http://[::1"><base href="javascript:x">'),
    "refresh": lambda: page(head='<meta http-equiv="refresh" content="0;url=/elsewhere">'),
    "article in template": lambda: page(body=f"<template>{BODY}</template>"),
    "article in noscript": lambda: page(body=f"<noscript>{BODY}</noscript>"),
    "article in a link": lambda: page(body=f"<a href=/x>{BODY}</a>"),
    "article in a heading": lambda: page(body=f"<h1>{BODY}</h1>"),
    "article in a button": lambda: page(body=f"<button>{BODY}</button>"),
    "article in a navigation": lambda: page(body=f'<nav class="menu related">{BODY}</nav>'),
    "upper case": lambda: page().upper(),
    "colons in names": _broken("<o:p><v:shape></o:p></v:shape><a:b:c d:e:f=1>"),
    "odd attribute names": _broken("<p \"=' @click=x :a=1 [b]=2 (c)=3 #d *e ^f=4 {{g}}>"),
}
