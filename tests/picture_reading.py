"""Reading a drawn page as a person or a screen reader would."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from html.parser import HTMLParser

_SILENT = {"style", "title", "script"}
_VOID = {"meta", "br", "use", "path", "rect", "circle", "link", "img", "hr"}


@dataclass
class Page(HTMLParser):
    """`text` is every word on the page, drawings included; the rest are lists in the order of the page."""

    html: str
    words: list[str] = field(default_factory=list)
    headings: list[tuple[str, str]] = field(default_factory=list)
    labels: list[str] = field(default_factory=list)
    tags: list[tuple[str, dict[str, str | None]]] = field(default_factory=list)
    quotations: list[str] = field(default_factory=list)
    captions: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        super().__init__()
        self._open: list[str] = []
        self.feed(self.html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = dict(attrs)
        self.tags.append((tag, found))
        if tag not in _VOID:
            self._open.append(tag)
        if tag in ("h1", "h2", "h3"):
            self.headings.append((tag, ""))
        if tag == "caption":
            self.captions.append("")
        if found.get("role") == "img":
            self.labels.append(found.get("aria-label") or "")

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_endtag(self, tag: str) -> None:
        if tag in self._open:
            while self._open.pop() != tag:
                pass

    def handle_data(self, data: str) -> None:
        if _SILENT & set(self._open):
            return
        self.words.append(data)
        if self._open and any(one in ("h1", "h2", "h3") for one in self._open):
            tag, said = self.headings[-1]
            self.headings[-1] = (tag, " ".join((said + " " + data).split()))
        if "caption" in self._open:
            self.captions[-1] += data
        if "blockquote" in self._open and "p" in self._open:
            self.quotations.append(data)

    @property
    def text(self) -> str:
        return re.sub(r"\s+", " ", " ".join(self.words))


def headlines(html: str) -> list[str]:
    """What the charts and refusals say, in order."""
    return [said for tag, said in Page(html).headings if tag == "h3"]


def table(html: str, caption: str) -> list[list[str]]:
    """The cells of the table with that caption, heading row first."""
    body = html.split(f"<caption>{caption}</caption>")[1].split("</table>")[0]
    rows = re.findall(r"<tr>(.*?)</tr>", body, flags=re.S)
    cells = [re.findall(r"<t[hd][^>]*?(?:/>|>(.*?)</t[hd]>)", row, flags=re.S) for row in rows]
    return [[cell.replace("&#39;", "'") for cell in row] for row in cells]
