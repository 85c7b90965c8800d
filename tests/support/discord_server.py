#!/usr/bin/python3
"""discord_server.py FOLDER: webhooks as Discord executes them, in its words; see service.py for the rest.

Accepted: {"number", "webhook", "message_id", "content", "embeds", "shown", "mentions", "files", "waited", ...}: texts
as they were stored; "shown" has those of content, title, description and fields as clients show them (`[text, marks]`,
see discord_text.py); "mentions" are those that really notify somebody, after allowed_mentions.

POST /control also takes {"webhook": {"id": "1", "deleted": true}} and {"next": ["429-global:2"]}.
"""

import argparse
import json
import math
import os
import re
import time

from discord_text import shown
from service import Answer, Service, add_arguments, parse_multipart, serve

TOKEN = "test-canary-token-of-the-far-side-webhook-0123456789abcdefghijklmnop"
CONTENT_MAX = 2000
EMBEDS_MAX = 10
EMBED_TEXT_MAX = 6000  # of all embeds of a message together
FIELDS_MAX = 25
USERNAME_MAX = 80
FILES_MAX = 10
FILE_BYTES_MAX = 10 * 1024 * 1024
LENGTHS = {"title": 256, "description": 4096}
EVERYTHING = ["everyone", "roles", "users"]
MENTION = re.compile(r"@(everyone|here)\b|<@!?([0-9]{1,20})>|<@&([0-9]{1,20})>")
CODE = re.compile(r"```.*?```|``.*?``|`[^`]*`", re.S)


class Problems:
    """The nested `errors` of a 400, as {"embeds": {"0": {"title": {"_errors": [...]}}}}."""

    def __init__(self):
        self.found = {}

    def add(self, path, code, words):
        at = self.found
        for name in path.split("."):
            at = at.setdefault(name, {})
        at.setdefault("_errors", []).append({"code": code, "message": words})

    def length(self, path, value, most):
        """Of a text without the blanks around it, in UTF-16 code units: the stricter of two ways to count."""
        count = len(value.strip().encode("utf-16-le")) // 2 if isinstance(value, str) else len(value)
        if count > most:
            self.add(path, "BASE_TYPE_MAX_LENGTH", f"Must be {most} or fewer in length.")

    def raise_any(self):
        if self.found:
            raise Answer(400, {"message": "Invalid Form Body", "code": 50035, "errors": self.found})


class Window:
    """So many requests in a window of time that begins with its first."""

    def __init__(self, limit, seconds):
        self.limit, self.seconds = limit, seconds
        self.used, self.ends = 0, 0.0

    def reset_after(self):
        return max(0.0, self.ends - time.monotonic())

    def remaining(self):
        return self.limit - (self.used if self.reset_after() else 0)

    def take(self):
        if not self.reset_after():
            self.used, self.ends = 0, time.monotonic() + self.seconds
        self.used += 1

    def headers(self):
        after = self.reset_after()
        return {
            "X-RateLimit-Limit": self.limit,
            "X-RateLimit-Remaining": max(0, self.remaining()),
            "X-RateLimit-Reset": f"{time.time() + after:.3f}",
            "X-RateLimit-Reset-After": f"{after:.3f}",
            "X-RateLimit-Bucket": "b7f3cad1f3d1c0b6b7ae8bd2d7f5a5c1",
        }


def limited(seconds, is_global, headers):
    body = {"message": "You are being rate limited.", "retry_after": round(seconds, 3), "global": is_global}
    scope = {"X-RateLimit-Scope": "global" if is_global else "user"}
    if is_global:
        scope["X-RateLimit-Global"] = "true"
    return Answer(429, body, {**headers, "Retry-After": max(1, math.ceil(seconds)), **scope})


class Discord(Service):
    def __init__(self, arguments):
        super().__init__(arguments.folder)
        self.arguments = arguments
        self.hooks = {hook: {"id": hook} for hook in arguments.webhook or ["1"]}
        self.windows = {}
        self.last_message = max((int(record["message_id"]) for record in self.accepted.lines), default=10**17)

    def control(self, body):
        if "webhook" in body:
            self.hooks.setdefault(body["webhook"]["id"], {}).update(body["webhook"])
        return super().control(body)

    def method_of(self, request):
        """The webhook's id."""
        match = re.match(r"/api/(?:v[0-9]+/)?webhooks/([^/]+)", request.path)
        return match.group(1) if match else None

    def refuse_rate(self, request, seconds, is_global=False):
        return limited(seconds, is_global, {} if is_global else self.window(self.method_of(request)).headers())

    def window(self, hook):
        """The one that is told in headers; the channel's is not."""
        arguments = self.arguments
        return self.windows.setdefault(hook, Window(arguments.limit, arguments.limit_seconds))

    def channel_window(self, hook):
        return self.windows.setdefault(("channel", hook), Window(self.arguments.channel_per_minute, 60))

    def call(self, request):
        match = re.fullmatch(r"/api/(?:v[0-9]+/)?webhooks/([^/]+)/([^/]+)", request.path)
        if not match:
            return Answer(404, {"message": "404: Not Found", "code": 0})
        if request.verb not in ("GET", "POST"):
            return Answer(405, {"message": "405: Method Not Allowed", "code": 0})
        hook = self.find_hook(*match.groups())
        if request.verb == "GET":
            return Answer(200, {"id": hook, "type": 1, "name": "picket", "channel_id": "2", "token": match.group(2)})
        window = self.window(hook)
        self.check_rate(hook, window)
        try:
            record = self.execute(hook, request)
        except Answer as answer:
            answer.headers.update(window.headers())
            raise
        if request.query.get("wait", "").lower() not in ("true", "1"):
            return Answer(204, None, window.headers())
        return Answer(200, self.message(record), window.headers())

    def find_hook(self, hook, token):
        if not re.fullmatch(r"[0-9]{1,20}", hook):
            words = f'Value "{hook}" is not snowflake.'
            problem = {"_errors": [{"code": "NUMBER_TYPE_COERCE", "message": words}]}
            raise Answer(400, {"message": "Invalid Form Body", "code": 50035, "errors": {"webhook_id": problem}})
        if hook not in self.hooks or self.hooks[hook].get("deleted"):
            raise Answer(404, {"message": "Unknown Webhook", "code": 10015})
        if token != self.arguments.token:
            raise Answer(401, {"message": "Invalid Webhook Token", "code": 50027})
        return hook

    def check_rate(self, hook, window):
        """Refused requests count as well."""
        if self.arguments.limit > 0:
            if window.remaining() <= 0:
                raise limited(window.reset_after(), False, window.headers())
            window.take()
        channel = self.channel_window(hook)
        if self.arguments.channel_per_minute > 0:
            if channel.remaining() <= 0:
                raise limited(channel.reset_after(), False, window.headers())
            channel.take()

    def execute(self, hook, request):
        payload, files = read_payload(request)
        problems = Problems()
        check_payload(payload, problems)
        problems.raise_any()
        if sum(len(file["content"]) for file in files) > FILE_BYTES_MAX:
            raise Answer(413, {"message": "Request entity too large", "code": 40005})
        content = (payload.get("content") or "").strip()
        embeds = [stored_embed(embed) for embed in payload.get("embeds") or []]
        if not content and not any(embeds) and not files:
            raise Answer(400, {"message": "Cannot send an empty message", "code": 50006})
        self.last_message += 1
        record = {
            "webhook": hook,
            "message_id": str(self.last_message),
            "content": content,
            "embeds": embeds,
            "shown": {"content": shown(content), "embeds": [shown_embed(embed) for embed in embeds]},
            "mentions": mentions(content, payload.get("allowed_mentions")),
            "files": files,
            "username": payload.get("username"),
            "waited": request.query.get("wait", ""),
        }
        return self.accept(record)

    def message(self, record):
        files = [{"id": str(index), "filename": file["name"], "size": len(file["content"])}
                 for index, file in enumerate(record["files"])]  # fmt: skip
        return {
            "id": record["message_id"],
            "type": 0,
            "content": record["content"],
            "channel_id": "2",
            "webhook_id": record["webhook"],
            "embeds": [{"type": "rich", **embed} for embed in record["embeds"]],
            "attachments": files,
            "mention_everyone": "everyone" in record["mentions"] or "here" in record["mentions"],
        }


def read_payload(request):
    kind = request.headers.get("Content-Type", "").partition(";")[0].strip().lower()
    files, text = [], request.body
    if kind == "multipart/form-data":
        fields = parse_multipart(request.headers.get("Content-Type"), request.body)
        if fields is None:
            raise invalid_json()
        text = fields.pop("payload_json", (b"{}",))[0]
        for name, (content, file_name, content_type) in fields.items():
            if file_name is not None and (re.fullmatch(r"files?\[[0-9]+\]|file[0-9]*", name)):
                files.append({"name": file_name, "type": content_type, "content": content.decode("latin-1")})
    elif kind != "application/json":
        raise Answer(400, {"message": "Cannot send an empty message", "code": 50006})
    if len(files) > FILES_MAX:
        raise Answer(400, {"message": "Too many attachments", "code": 50035})
    try:
        payload = json.loads(text.decode("utf-8"))
        json.dumps(payload, ensure_ascii=False).encode("utf-8")
    except ValueError:
        raise invalid_json() from None
    if not isinstance(payload, dict):
        raise invalid_json()
    return payload, files


def invalid_json():
    return Answer(400, {"message": "The request body contains invalid JSON.", "code": 50109})


def check_payload(payload, problems):
    if not isinstance(payload.get("content") or "", str):
        problems.add("content", "STRING_TYPE_CONVERT", "Could not interpret value as string.")
    else:
        problems.length("content", payload.get("content") or "", CONTENT_MAX)
    check_username(payload.get("username"), problems)
    check_allowed(payload.get("allowed_mentions"), problems)
    embeds = payload.get("embeds") or []
    if not isinstance(embeds, list):
        problems.add("embeds", "LIST_TYPE_CONVERT", "Only iterables may be used in a ListType")
        return
    problems.length("embeds", embeds, EMBEDS_MAX)
    for index, embed in enumerate(embeds):
        check_embed(embed, f"embeds.{index}", problems)
    if not problems.found and sum(embed_length(embed) for embed in embeds) > EMBED_TEXT_MAX:
        words = f"Embed size exceeds maximum size of {EMBED_TEXT_MAX}"
        problems.add("embeds", "MAX_EMBED_SIZE_EXCEEDED", words)


def check_username(name, problems):
    if name is None:
        return
    if not 1 <= len(name) <= USERNAME_MAX:
        problems.add("username", "BASE_TYPE_BAD_LENGTH", f"Must be between 1 and {USERNAME_MAX} in length.")
    for word in ("discord", "clyde"):
        if word in name.lower():
            problems.add("username", "USERNAME_INVALID_CONTAINS", f'Username cannot contain "{word}"')


def check_allowed(allowed, problems):
    if allowed is None:
        return
    if not isinstance(allowed, dict) or any(kind not in EVERYTHING for kind in allowed.get("parse") or []):
        words = "Value must be one of {'everyone', 'users', 'roles'}."
        problems.add("allowed_mentions.parse.0", "BASE_TYPE_CHOICES", words)
        return
    for kind in ("users", "roles"):
        problems.length(f"allowed_mentions.{kind}", allowed.get(kind) or [], 100)
        if allowed.get(kind) and kind in (allowed.get("parse") or []):
            words = f'parse:["{kind}"] and {kind}: [ids...] are mutually exclusive.'
            problems.add("allowed_mentions", "MESSAGE_ALLOWED_MENTIONS_PARSE_EXCLUSIVE", words)


def check_embed(embed, path, problems):
    if not isinstance(embed, dict):
        problems.add(path, "MODEL_TYPE_CONVERT", "Only dictionaries may be used in a ModelType")
        return
    for name, most in LENGTHS.items():
        check_text(embed.get(name), f"{path}.{name}", most, problems)
    check_text((embed.get("footer") or {}).get("text"), f"{path}.footer.text", 2048, problems)
    check_text((embed.get("author") or {}).get("name"), f"{path}.author.name", 256, problems)
    check_other(embed, path, problems)
    fields = embed.get("fields") or []
    problems.length(f"{path}.fields", fields, FIELDS_MAX)
    for index, field in enumerate(fields):
        for name, most in (("name", 256), ("value", 1024)):
            at = f"{path}.fields.{index}.{name}"
            if not is_text(field.get(name)) or not field[name].strip():
                problems.add(at, "BASE_TYPE_REQUIRED", "This field is required")
            else:
                problems.length(at, field[name], most)


def check_other(embed, path, problems):
    color = embed.get("color")
    if color is not None and (not isinstance(color, int) or not 0 <= color <= 0xFFFFFF):
        words = "int value should be less than or equal to 16777215."
        problems.add(f"{path}.color", "NUMBER_TYPE_MAX", words)
    stamp = embed.get("timestamp")
    if stamp is not None and not re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:?\d\d)?", str(stamp)):
        problems.add(f"{path}.timestamp", "DATE_TIME_TYPE_PARSE", f"Could not parse {stamp}. Should be ISO8601.")
    url = embed.get("url")
    if url is not None and not re.match(r"https?://\S+$", str(url)):
        problems.add(f"{path}.url", "URL_TYPE_INVALID_URL", "Not a well formed URL.")


def is_text(value):
    return isinstance(value, str)


def check_text(value, path, most, problems):
    if value is None:
        return
    if not is_text(value):
        problems.add(path, "STRING_TYPE_CONVERT", "Could not interpret value as string.")
    else:
        problems.length(path, value, most)


def texts_of(embed):
    yield embed.get("title") or ""
    yield embed.get("description") or ""
    yield (embed.get("footer") or {}).get("text") or ""
    yield (embed.get("author") or {}).get("name") or ""
    for field in embed.get("fields") or []:
        yield from (field["name"], field["value"])


def embed_length(embed):
    """Blanks around a text don't count, since they are not stored."""
    return sum(len(text.strip().encode("utf-16-le")) // 2 for text in texts_of(embed))


def stored_embed(embed):
    """Every text without the blanks around it, nothing that is empty."""
    result = {}
    for name, value in embed.items():
        if name == "fields":
            value = [{"name": field["name"].strip(), "value": field["value"].strip(),
                      "inline": bool(field.get("inline", False))} for field in value or []]  # fmt: skip
        elif isinstance(value, str):
            value = value.strip()
        elif isinstance(value, dict):
            value = {key: text.strip() if isinstance(text, str) else text for key, text in value.items()}
        if value not in ("", None, [], {}) and name not in ("type", "provider", "video"):
            result[name] = value
    return result


def shown_embed(embed):
    """Footer and author have no Markdown."""
    fields = [[shown(field["name"]), shown(field["value"])] for field in embed.get("fields", [])]
    seen = {name: shown(embed.get(name, "")) for name in ("title", "description")}
    return {**seen, "fields": fields}


def mentions(content, allowed):
    """Whom a message's content notifies; embeds never notify anybody, and neither does what is code."""
    parse = EVERYTHING if allowed is None else allowed.get("parse") or []
    found = []
    for everyone, user, role in MENTION.findall(CODE.sub("", content)):
        if everyone and "everyone" in parse:
            found.append(everyone)
        if user and ("users" in parse or user in ((allowed or {}).get("users") or [])):
            found.append(f"user {user}")
        if role and ("roles" in parse or role in ((allowed or {}).get("roles") or [])):
            found.append(f"role {role}")
    return found


def parser():
    result = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    add_arguments(result)
    result.add_argument("--token", default=TOKEN)
    result.add_argument("--webhook", action="append", help="an id that exists; without any: 1")
    result.add_argument("--limit", type=int, default=5, help="requests of a webhook in a window; 0: any number")
    result.add_argument("--limit-seconds", type=float, default=2, help="how long such a window is")
    result.add_argument("--channel-per-minute", type=int, default=30, help="which no header tells; 0: any number")
    return result


def main():
    arguments = parser().parse_args()
    os.makedirs(arguments.folder, exist_ok=True)
    serve(arguments, Discord(arguments))


if __name__ == "__main__":
    main()
