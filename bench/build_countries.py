"""Build the table of country names from CLDR: `python bench/build_countries.py cldr-localenames-full-48.2.0.tgz`.

The archive is what `npm pack cldr-localenames-full` fetches. Every name of every country in each language is taken,
with its short and variant forms; names that mean two countries in one language are left out.
"""

import argparse
import gzip
import json
import re
import tarfile
from collections import defaultdict
from pathlib import Path

from newsarchive.extraction.countries import key

TARGET = Path(__file__).parents[1] / "newsarchive" / "extraction" / "countries" / "names.json.gz"
LANGUAGES = frozenset(
    """af am ar az be bg bn bs ca cs cy da de el en es et eu fa fi fil fr ga gl gu ha he hi hr hu hy id is
    it ja ka kk km kn ko ku ky lo lt lv mk ml mn mr ms my nb ne nl no pa pl ps pt ro ru rw si sk sl so
    sq sr sv sw ta te tg th ti tk tr uk ur uz vi xh yo zh zu""".split()  # noqa: SIM905 - a hundred quotes help nobody
)
SAME = {"nb": "no", "fil": "tl"}
NO_COUNTRY = frozenset({"AC", "AQ", "BV", "CP", "CQ", "DG", "EA", "EU", "EZ", "IC", "QO", "TA", "UN", "XA", "XB", "ZZ"})
# What stands in parentheses after these is a second name, not the part of an island.
TWO_NAMES = frozenset({"CI", "CZ", "FK", "MK", "MM", "SZ", "TL", "TR", "VA"})
PARENTHESES = re.compile(r"\s*[(\uff08]([^()\uff08\uff09]+)[)\uff09]$")
# Two letters mean many things; these mean a country wherever CLDR has them.
INITIALS = frozenset({"UK", "US", "VK", "VS"})
INITIAL = 2
CODE = re.compile(r"^([A-Z]{2})(?:-alt-(?:short|variant))?$")


def main() -> None:
    """Read the archive, write the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("archive", type=Path)
    names = unambiguous(read(parser.parse_args().archive))
    names["*"] = everywhere(names)
    data = json.dumps({"names": names}, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()
    TARGET.write_bytes(gzip.compress(data, 9, mtime=0))
    print(f"{len(names) - 1} languages, {sum(map(len, names.values()))} names, {TARGET.stat().st_size} bytes")


def read(archive: Path) -> dict[str, dict[str, set[str]]]:
    """Codes by folded name by language."""
    found: dict[str, dict[str, set[str]]] = defaultdict(lambda: defaultdict(set))
    with tarfile.open(archive) as package:
        for member in package:
            match = re.fullmatch(r"package/main/([a-z]{2,3})(?:-[A-Za-z]+)?/territories\.json", member.name)
            file = package.extractfile(member) if match and match[1] in LANGUAGES else None
            if match and file:
                (locale,) = json.load(file)["main"].values()
                add(found[SAME.get(match[1], match[1])], locale["localeDisplayNames"]["territories"])
    return found


def add(names: dict[str, set[str]], territories: dict[str, str]) -> None:
    """Add one locale's names; a second name in parentheses also on its own."""
    for entry, name in territories.items():
        if (match := CODE.match(entry)) and match[1] not in NO_COUNTRY:
            for one in spelled(name, match[1]):
                names[key(one)].add(match[1])


def spelled(name: str, code: str) -> list[str]:
    """The names in one of CLDR's; none where it is two letters that mean much else."""
    if len(name) == INITIAL and name.isascii() and name not in INITIALS:
        return []
    second = PARENTHESES.search(name)
    return [name, PARENTHESES.sub("", name), second[1]] if second and code in TWO_NAMES else [name]


def unambiguous(found: dict[str, dict[str, set[str]]]) -> dict[str, dict[str, str]]:
    """Names of exactly one country in their language."""
    return {
        language: {name: min(codes) for name, codes in names.items() if len(codes) == 1}
        for language, names in found.items()
    }


def everywhere(names: dict[str, dict[str, str]]) -> dict[str, str]:
    """Names that are not plain ASCII and mean the same country in every language that has them."""
    codes: dict[str, set[str]] = defaultdict(set)
    for table in names.values():
        for name, code in table.items():
            codes[name].add(code)
    return {name: min(of) for name, of in codes.items() if len(of) == 1 and not name.isascii()}


if __name__ == "__main__":
    main()
