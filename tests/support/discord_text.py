"""What Discord's clients show of a text with Markdown: the characters that are seen, and what is done to them.

Blocks (quotes, headings, lists, subtext) are looked for at the beginnings of lines, everything else anywhere; what is
code is as it stands. A backslash before any mark of punctuation shows that mark and takes its meaning.
"""

import re

SHRUG = "¯\\_(ツ)_/¯"  # which clients leave alone, though it has a backslash
BLOCKS = [
    ("quote", re.compile(r" *>>> (?P<inner>(?s:.*))")),
    ("quote", re.compile(r" *> (?P<inner>[^\n]*)")),
    ("heading", re.compile(r" *#{1,3} +(?P<inner>[^\n]*[^\s#][^\n]*)")),
    ("subtext", re.compile(r"-# +(?P<inner>[^\n]*\S[^\n]*)")),
    ("list", re.compile(r" *(?:[-*]|\d{1,9}\.) +(?P<inner>[^\n]*\S[^\n]*)")),
]
# In the order in which a client tries them; `inner` may have more within, `text` is shown as it is.
SPANS = [
    ("", re.compile(re.escape(SHRUG))),
    ("pre", re.compile(r"```(?:[A-Za-z0-9_+.#-]+\n)?\n*(?P<text>[^\n](?s:.*?))\n*```")),
    ("code", re.compile(r"``(?P<text>(?s:.*?[^`]))``(?!`)|`(?P<text2>[^`]+)`(?!`)")),
    ("", re.compile(r"\\(?P<text>[^0-9A-Za-z\s])")),
    ("mention", re.compile(r"<(?:@[!&]?|#)\d{1,20}>|<id:\w+>|</[^>\n]{1,64}:\d{1,20}>")),
    ("mention", re.compile(r"@(?:everyone|here)\b")),
    ("emoji", re.compile(r"<a?:\w{2,32}:\d{1,20}>")),
    ("time", re.compile(r"<t:-?\d{1,17}(?::[tTdDfFR])?>")),
    ("link", re.compile(r"\[(?P<inner>[^\[\]\n]+)\]\(<?https?://[^\s()<>]+>?(?: +\"[^\"\n]*\")?\)")),
    ("link", re.compile(r"<(?P<text>(?:https?|mailto|tel|discord)s?:[^\s<>]+)>")),
    ("link", re.compile(r"https?://[^\s<]+[^<.,:;\"')\]\s]")),
    ("bold", re.compile(r"\*\*(?P<inner>(?:\\.|[^\\])+?)\*\*(?!\*)", re.S)),
    ("underline", re.compile(r"__(?P<inner>(?:\\.|[^\\])+?)__(?!_)", re.S)),
    ("strikethrough", re.compile(r"~~(?P<inner>(?:\\.|[^\\])+?)~~(?!~)", re.S)),
    ("spoiler", re.compile(r"\|\|(?P<inner>(?:\\.|[^\\])+?)\|\|", re.S)),
    ("italic", re.compile(r"\*(?=\S)(?P<inner>(?:\\.|\*\*|[^\\*])+?)(?<!\s)\*(?!\*)", re.S)),
    ("italic", re.compile(r"(?<!\w)_(?P<inner>(?:\\.|__|[^\\_])+?)_(?!\w)", re.S)),
]


def shown(text):
    """(what is seen, [[kind, what is seen of it], ...] from the inside out)."""
    marks = []
    return render(text, marks, blocks=True), marks


def render(text, marks, blocks):
    result, at = [], 0
    while at < len(text):
        found = match_at(text, at, blocks)
        if not found:
            result.append(text[at])
            at += 1
            continue
        kind, match, seen = found
        if seen is None:
            seen = render(match.group("inner"), marks, blocks=kind in ("quote", "list"))
        result.append(("• " if kind == "list" else "") + seen)
        if kind:
            marks.append([kind, seen])
        at = match.end()
    return "".join(result)


def match_at(text, at, blocks):
    """(kind, match, text as it is or None if it has more within), or None."""
    if blocks and (at == 0 or text[at - 1] == "\n"):
        for kind, pattern in BLOCKS:
            match = pattern.match(text, at)
            if match:
                return kind, match, None
    for kind, pattern in SPANS:
        match = pattern.match(text, at)
        if match:
            groups = match.groupdict()
            if "inner" in groups:
                return kind, match, None
            literal = [value for value in groups.values() if value is not None]
            return kind, match, literal[0] if literal else match.group()
    return None
