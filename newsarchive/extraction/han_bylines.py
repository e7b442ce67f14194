"""Bylines in Chinese, which no markup tells from the text around them."""

import re
from collections.abc import Iterator

from lxml.html import HtmlElement

from newsarchive.extraction.strings import one_line

_SURNAMES = (
    "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯于董萧程曹袁邓许傅沈曾彭吕苏卢蒋蔡贾丁魏薛叶阎"
    "余潘杜戴夏钟汪田任姜范方石姚谭廖邹熊金陆郝孔白崔康毛邱秦江史顾侯邵孟龙万段雷钱汤尹黎易常武乔贺赖龚文"
    "格倪严牛温芦季俞章鲁葛伍申尤毕聂焦向柳邢路岳齐梅莫庄辛管祝左涂谷祁时舒耿牟卜詹关苗凌费纪靳盛童欧甄项"
    "曲成游阳裴席卫查屈鲍位覃霍翁隋植甘景薄单包司柏宁柯阮桂闵解强柴华车冉房边張陳楊趙黃吳孫馬羅鄭謝韓馮鄧"
    "許呂蘇盧蔣賈葉閻鍾陸"
)
_ONE = r"[\u4e00-\u9fff·]{2,4}"
_MORE = rf"(?:[、 \u3000][{_SURNAMES}][\u4e00-\u9fff]{{1,2}}(?=[\s\u3000、<>()\uff08\uff09]|$))"
_END = r"(?=[\s\u3000<>()\uff08\uff09\u3011\u3015\]/\uff0f\uff0c。,:\uff1a;\uff1b、\d]|文|摄|发自|报道|素材|$)"
_NAMES = rf"\s*({_ONE}?{_END}{_MORE}{{0,3}})"
# A colon is asked for where the word also stands in running text; an editor is named where no author is.
_LABELLED = tuple(
    re.compile(rf"(?:{lead}){_NAMES}")
    for lead in (
        r"(?:作\s*者|撰\s*文|記\s*者|记\s*者)\s*[:\uff1a]",
        r"文\s*[/\uff0f]|(?<![\u4e00-\u9fff])文\s*[:\uff1a]",
    )
)
_SAID = re.compile(rf"(?:记者|記者){_NAMES}")
_REPORTED = re.compile(rf"[(\uff08]([{_SURNAMES}][\u4e00-\u9fff]{{1,2}})[\s\u3000]+[\u4e00-\u9fff]{{2,4}}报道[)\uff09]")
_CREDITED = re.compile(rf"[\[(\uff08\u3010]\s*([{_SURNAMES}][\u4e00-\u9fff]{{1,2}})\s*[\])\uff09\u3011]\s*来源")
_EDITED = re.compile(rf"(?:编\s*辑|編\s*輯)\s*[:\uff1a]{_NAMES}")
_APART = re.compile(r"[、 \u3000]+")
_NOBODY = frozenset(
    ["本站", "佚名", "网络", "未知", "匿名", "不详", "来源", "时间", "查实", "发布", "原创", "作者", "记者"]
)


def names(tree: HtmlElement) -> list[str]:
    """The names of the first byline in a page's text: authors before reporters before editors; none elsewhere."""
    title = tree.findtext(".//title") or ""
    if title and not _is_han(title):
        return []
    text = one_line(" ".join(tree.itertext()))
    return next((_APART.split(found) for found in _found(text)), []) if title or _is_han(text) else []


def _found(text: str) -> Iterator[str]:
    """A surname is asked for where the word is no label of its own."""
    for pattern in _LABELLED:
        yield from _known(pattern, text)
    for pattern in (_SAID, _REPORTED, _CREDITED):
        yield from (name for name in _known(pattern, text) if name[0] in _SURNAMES)
    yield from _known(_EDITED, text)


def _known(pattern: re.Pattern[str], text: str) -> Iterator[str]:
    return (match[1] for match in pattern.finditer(text) if match[1] not in _NOBODY)


def _is_han(text: str) -> bool:
    return any("\u4e00" <= sign <= "\u9fff" for sign in text)
