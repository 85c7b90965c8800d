"""What Telegram makes of a message's text: its HTML taken apart, characters that it drops, and what it links by itself.

As TDLib does it, on which the Bot API stands: offsets of errors are in bytes, those of entities in UTF-16 code units.
"""

import re

TEXT_MAX = 4096
CAPTION_MAX = 1024
ENTITIES_MAX = 100  # more are ignored

TAGS = {
    "b": "bold", "strong": "bold", "i": "italic", "em": "italic", "u": "underline", "ins": "underline",
    "s": "strikethrough", "strike": "strikethrough", "del": "strikethrough", "tg-spoiler": "spoiler",
    "span": "spoiler", "tg-emoji": "custom_emoji", "a": "text_link", "code": "code", "pre": "pre",
    "blockquote": "blockquote",
}  # fmt: skip
# What may not cross or be within another of these.
CONTINUOUS = {"code", "pre", "text_link", "text_mention", "custom_emoji"}
KINDS = set(TAGS.values()) | {"text_mention", "expandable_blockquote", "mention", "hashtag", "cashtag", "bot_command"}
KINDS |= {"url", "email", "phone_number"}
NAMED = {"lt": "<", "gt": ">", "amp": "&", "quot": '"'}
REFERENCE = re.compile(r"&(?:#x([0-9a-fA-F]+)|#([0-9]+)|([A-Za-z]+));?")
BLANK = " \t\n\r\v\f"
# Blanks of any kind and characters without width: a message of them alone is refused.
EMPTY = re.compile("[ \n\u00a0\u1680\u180e\u2000-\u200f\u202e\u202f\u205f\u2800\u3000\ufeff\ufffc]*")


class Refused(Exception):
    """The words behind "Bad Request: "."""


def utf16_length(text):
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def dereference(text, at):
    """The character of a reference at `at` and where it ends; nothing known there: None, and it stays as written."""
    match = REFERENCE.match(text, at)
    if not match:
        return None
    hexadecimal, decimal, name = match.groups()
    if name:
        return (NAMED[name], match.end()) if name in NAMED else None
    code = int(hexadecimal, 16) if hexadecimal else int(decimal)
    if code == 0 or code >= 0x10FFFF or match.end() - at > 10:
        return None
    return chr(code), match.end()


class Html:
    """One parse. `text` ends in a NUL, as C sees it, so that every look ahead finds something."""

    def __init__(self, text):
        self.text = text + "\0"
        self.at = 0
        self.plain = []
        self.length = 0  # of `plain`, in UTF-16 code units
        self.open = []
        self.entities = []

    def byte(self, index):
        return len(self.text[:index].encode("utf-8", "surrogatepass"))

    def fail(self, words):
        raise Refused("can't parse entities: " + words)

    def put(self, character):
        self.plain.append(character)
        self.length += 2 if ord(character) > 0xFFFF else 1

    def parse(self):
        while self.at < len(self.text) - 1:
            reference = dereference(self.text, self.at) if self.text[self.at] == "&" else None
            if reference:
                self.put(reference[0])
                self.at = reference[1]
            elif self.text[self.at] != "<":
                self.put(self.text[self.at])
                self.at += 1
            elif self.text[self.at + 1] == "/":
                self.end_tag()
            else:
                self.start_tag()
        if self.open:
            self.fail(f"Can't find end tag corresponding to start tag \"{self.open[-1][0]}\"")
        plain = "".join(self.plain)
        if any(0xD800 <= ord(character) <= 0xDFFF for character in plain):
            plain = self.join_surrogates(plain)
        return plain, self.entities

    def join_surrogates(self, plain):
        try:
            return plain.encode("utf-16-le", "surrogatepass").decode("utf-16-le")
        except UnicodeDecodeError:
            self.fail(
                "Text contains invalid Unicode characters after decoding HTML entities, check for unmatched "
                "surrogate code units"
            )

    def skip(self, characters):
        while self.text[self.at] in characters and self.text[self.at] != "\0":
            self.at += 1

    def until(self, characters):
        begin = self.at
        while self.text[self.at] not in characters and self.text[self.at] != "\0":
            self.at += 1
        return self.text[begin : self.at]

    def start_tag(self):
        begin = self.byte(self.at)
        self.at += 1
        tag = self.until(BLANK + ">").lower()
        if self.text[self.at] == "\0":
            self.fail(f"Unclosed start tag at byte offset {begin}")
        if tag not in TAGS:
            self.fail(f'Unsupported start tag "{tag}" at byte offset {begin}')
        attributes = {}
        while True:
            self.skip(BLANK)
            if self.text[self.at] == ">":
                break
            name, value = self.attribute(tag, begin)
            attributes[name] = value
        self.at += 1
        if tag == "span" and attributes.get("class") != "tg-spoiler":
            self.fail(f'Tag "span" must have class "tg-spoiler" at byte offset {begin}')
        self.open.append((tag, attributes, self.length, len(self.plain)))

    def attribute(self, tag, begin):
        name = self.until(BLANK + "=>")
        if tag == "blockquote" and name == "expandable" and self.text[self.at] != "=":
            return name, ""
        if self.text[self.at] == "\0":
            self.fail(f"Unclosed start tag at byte offset {begin}")
        if not name:
            self.fail(f'Empty attribute name in the tag "{tag}" at byte offset {begin}')
        self.skip(BLANK)
        if self.text[self.at] != "=":
            self.fail(f'Expected equal sign in declaration of an attribute of the tag "{tag}" at byte offset {begin}')
        self.at += 1
        self.skip(BLANK)
        if self.text[self.at] == "\0":
            self.fail(f'Unclosed start tag "{tag}" at byte offset {begin}')
        value = self.quoted(begin) if self.text[self.at] in "'\"" else self.token(begin)
        return name, value

    def token(self, begin):
        match = re.compile(r"[A-Za-z0-9.-]*").match(self.text, self.at)
        token_at = self.byte(self.at)
        self.at = match.end()
        if self.text[self.at] == "\0":
            self.fail(f"Unclosed start tag at byte offset {begin}")
        if self.text[self.at] not in BLANK + ">":
            self.fail(f"Unexpected end of name token at byte offset {token_at}")
        return match.group().lower()

    def quoted(self, begin):
        end = self.text[self.at]
        self.at += 1
        value = []
        while self.text[self.at] != end:
            if self.text[self.at] == "\0":
                self.fail(f"Unclosed start tag at byte offset {begin}")
            reference = dereference(self.text, self.at) if self.text[self.at] == "&" else None
            value.append(reference[0] if reference else self.text[self.at])
            self.at = reference[1] if reference else self.at + 1
        self.at += 1
        return "".join(value)

    def end_tag(self):
        begin = self.byte(self.at)
        if not self.open:
            self.fail(f"Unexpected end tag at byte offset {begin}")
        self.at += 2
        name = self.until(BLANK + ">").lower()
        self.skip(BLANK)
        if self.text[self.at] != ">":
            self.fail(f"Unclosed end tag at byte offset {begin}")
        self.at += 1
        tag, attributes, offset, first = self.open.pop()
        if name and name != tag:
            self.fail(f'Unmatched end tag at byte offset {begin}, expected "</{tag}>", found "</{name}>"')
        if self.length > offset:
            self.add(tag, attributes, offset, "".join(self.plain[first:]))

    def add(self, tag, attributes, offset, inner):
        entity = {"type": TAGS[tag], "offset": offset, "length": self.length - offset}
        if tag == "a":
            self.add_link(entity, attributes.get("href") or inner)
            return
        if tag == "tg-emoji":
            if not re.fullmatch(r"[1-9][0-9]*", attributes.get("emoji-id", "")):
                raise Refused("invalid custom emoji identifier specified")
            entity["custom_emoji_id"] = attributes["emoji-id"]
        if tag == "blockquote" and "expandable" in attributes:
            entity["type"] = "expandable_blockquote"
        language = attributes.get("class", "")
        if tag == "code" and language.startswith("language-"):
            entity["language"] = language.removeprefix("language-")
        last = self.entities[-1] if self.entities else {}
        same = (last.get("offset"), last.get("length")) == (entity["offset"], entity["length"])
        if same and tag == "pre" and last["type"] == "code" and "language" in last:
            last["type"] = "pre"
        elif same and tag == "code" and last["type"] == "pre" and "language" in entity:
            last["language"] = entity["language"]
        else:
            self.entities.append(entity)

    def add_link(self, entity, url):
        """What is no link is text without one: Telegram says nothing."""
        user = re.fullmatch(r"tg://user\?id=([0-9]+)", url)
        if user:
            self.entities.append({**entity, "type": "text_mention", "user": {"id": int(user.group(1))}})
        elif re.fullmatch(r"(?:(?:https?|tg|ton)://)?[^\s/?#.]+\.[^\s/?#]+(?:[/?#]\S*)?|tg://\S+", url, re.I):
            self.entities.append({**entity, "url": url})


def parse_html(text):
    plain, entities = Html(text).parse()
    for entity in entities:
        if entity["type"] == "code":
            entity.pop("language", None)
    return plain, entities


def check_entities(text, entities):
    """Entities that a request brought: each within the text, and not within a character."""
    if not isinstance(entities, list) or not all(isinstance(entity, dict) for entity in entities):
        raise Refused("can't parse entities: expected an Array of MessageEntity")
    boundaries, at = {0}, 0
    for character in text:
        at += 2 if ord(character) > 0xFFFF else 1
        boundaries.add(at)
    for entity in entities:
        offset, length, kind = entity.get("offset"), entity.get("length"), entity.get("type")
        if kind not in KINDS or not isinstance(offset, int) or not isinstance(length, int):
            raise Refused("can't parse MessageEntity: Unsupported type specified")
        check_range(offset, length, boundaries)
    return [dict(entity) for entity in entities if entity["length"] > 0]


def check_range(offset, length, boundaries):
    last, end = max(boundaries), offset + length
    if offset < 0:
        raise Refused(f"receive an entity with incorrect offset {offset}")
    if length < 0:
        raise Refused(f"receive an entity with incorrect length {length}")
    if offset > last:
        raise Refused(f"entity begins after the end of the text at UTF-16 offset {offset}")
    beginning = f"entity beginning at UTF-16 offset {offset} ends"
    if end > last:
        raise Refused(f"{beginning} after the end of the text at UTF-16 offset {end}")
    if offset not in boundaries:
        raise Refused(f"entity begins in a middle of a UTF-16 symbol at UTF-16 offset {offset}")
    if end not in boundaries:
        raise Refused(f"{beginning} in a middle of a UTF-16 symbol at UTF-16 offset {end}")


def cleaned(text):
    """(character, what is left of it) for each: what Telegram replaces and drops without a word."""
    pairs = []
    for character in text:
        code = ord(character)
        if character == "\r" or 0x2028 <= code <= 0x202E or code in (0x333, 0x33F, 0x30A):
            pairs.append((character, ""))
        elif code < 32 and character != "\n":
            pairs.append((character, " "))
        else:
            pairs.append((character, character))
    for index in range(len(pairs) - 1):  # of several direction marks only the last is left
        if pairs[index][1] in ("\u200e", "\u200f") and pairs[index + 1][1] in ("\u200e", "\u200f"):
            pairs[index] = (pairs[index][0], "\u200c")
    return pairs


def clean(text, entities):
    """Text and entities as they are stored: cleaned, trimmed, entities moved and merged accordingly."""
    places, result = [0], []
    for before, after in cleaned(text):
        place = places[-1]
        result.append(after)
        places += [place] * (utf16_length(before) - 1) + [place + utf16_length(after)]
    text = "".join(result)
    moved = [(places[entity["offset"]], places[entity["offset"] + entity["length"]], entity) for entity in entities]
    end = utf16_length(text.rstrip(" \n"))
    first_entity = min((begin for begin, _, _ in moved), default=end)
    begin_text = min(len(text) - len(text.lstrip(" \n")), first_entity)
    text = text.rstrip(" \n")[begin_text:]
    kept = []
    for begin, stop, entity in moved:
        begin, stop = begin - begin_text, min(stop, end) - begin_text
        if stop > begin and piece(text, begin, stop).strip(" \n"):
            kept.append({**entity, "offset": begin, "length": stop - begin})
    return text, without_crossings(sort(kept))[:ENTITIES_MAX]


def piece(text, begin, end):
    return text.encode("utf-16-le")[2 * begin : 2 * end].decode("utf-16-le", "replace")


def sort(entities):
    return sorted(entities, key=lambda entity: (entity["offset"], -entity["length"]))


def crosses(one, other):
    return one["offset"] < other["offset"] + other["length"] and other["offset"] < one["offset"] + one["length"]


def without_crossings(entities):
    """Code, links and mentions: of those that share text only the first is left. What is bold or the like loses the
    part that is within code or pre."""
    kept = []
    for entity in entities:
        if entity["type"] in CONTINUOUS and any(crosses(entity, k) for k in kept if k["type"] in CONTINUOUS):
            continue
        kept.append(entity)
    code = [entity for entity in kept if entity["type"] in ("code", "pre")]
    result = []
    for entity in kept:
        result += [entity] if entity["type"] in CONTINUOUS or "blockquote" in entity["type"] else cut(entity, code)
    return sort(result)


def cut(entity, holes):
    pieces, at, end = [], entity["offset"], entity["offset"] + entity["length"]
    for hole in holes:
        if crosses(entity, hole):
            pieces.append((at, hole["offset"]))
            at = max(at, hole["offset"] + hole["length"])
    pieces.append((at, end))
    return [{**entity, "offset": begin, "length": stop - begin} for begin, stop in pieces if stop > begin]


FOUND = [
    ("mention", re.compile(r"(?<!\w)@[A-Za-z0-9_]{2,32}(?!\w)")),
    ("bot_command", re.compile(r"(?<![\w/<>])/[A-Za-z0-9_]{1,64}(?:@[A-Za-z0-9_]{3,32})?(?![\w/<>])")),
    ("hashtag", re.compile(r"(?<![\w\u200c])#(?=[\w\u200c]*[^\W\d_])[\w\u200c]{1,256}(?![\w\u200c]*#)")),
    ("cashtag", re.compile(r"(?<![$\w])\$(?:1INCH|[A-Z]{1,8})(?![$\w])")),
    ("email", re.compile(r"(?<![\w.+-])[A-Za-z0-9._%+-]{1,64}@(?:[A-Za-z0-9-]+\.)+[A-Za-z]{2,24}(?!\w)")),
    ("url", re.compile(r"(?:(?<!\w)(?:https?|ftp|tg|ton)://[^\s<>\"«»]+|"
                       r"(?<![\w@.-])(?:[\w-]+\.)+(?:com|org|net|io|de|ru|me|info|example|dev|app|to)(?![\w.-])"
                       r"(?:[/?#][^\s<>\"«»]*)?|(?<![\w.])(?:\d{1,3}\.){3}\d{1,3}(?:/[^\s<>\"«»]+)(?!\w))", re.I)),
]  # fmt: skip


def find_entities(text, given):
    """What clients show as links by themselves, outside of code and links."""
    found = []
    for kind, pattern in FOUND:
        for match in pattern.finditer(text):
            begin = utf16_length(text[: match.start()])
            entity = {"type": kind, "offset": begin, "length": utf16_length(match.group())}
            taken = found + [one for one in given if one["type"] in CONTINUOUS]
            if not any(crosses(entity, one) for one in taken):
                found.append(entity)
    return sort(found)


def make_text(text, parse_mode, entities, most, too_long):
    """(text, entities, found) as a user sees them; or Refused."""
    try:
        text.encode("utf-8")
    except UnicodeEncodeError:
        raise Refused("strings must be encoded in UTF-8") from None
    if parse_mode.lower() == "html":
        text, entities = parse_html(text)
    elif parse_mode.lower() in ("markdown", "markdownv2"):
        raise Refused("this server knows no Markdown, use HTML or entities")
    elif parse_mode.lower() not in ("", "none"):
        raise Refused("unsupported parse_mode")
    else:
        entities = check_entities(text, entities)
    text, entities = clean(text, entities)
    if EMPTY.fullmatch(text):
        text, entities = "", []
    # Whether Telegram counts characters or UTF-16 code units is told in both ways: this is the stricter one.
    if utf16_length(text) > most:
        raise Refused(too_long)
    return text, entities, find_entities(text, entities)
