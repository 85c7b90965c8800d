#!/usr/bin/python3
"""telegram_server.py FOLDER: the Bot API as far as a bridge uses it, in its words; see service.py for the rest.

Accepted: {"number", "method", "chat", "message_id", "text", "entities", "found", "reply_markup", ...}: the text as a
user sees it, the formatting that it has, and what clients link by themselves.

POST /control also takes:
{"message": {"from": 7, "chat": 7, "text": "/nodes", "date": UNIX}}   a user writes; chat and date may be left out
{"press": {"from": 7, "chat": 7, "message_id": 3, "data": "x"}}       a user presses a button that is there
{"chat": {"id": 7, "type": "private", "blocked": true, "kicked": true, "migrated_to": -1007}}
{"webhook": true}                                                     somebody else has set one
{"last_update": 500}                                                  updates are numbered anew, as after a quiet week
{"stubborn": true}                                                    what was seen is told again and again
The answer of the first two has "update_id".
"""

import argparse
import json
import math
import os
import re
import time
import urllib.parse

from service import Answer, Journal, Service, add_arguments, parse_multipart, serve
from telegram_text import CAPTION_MAX, TEXT_MAX, Refused, make_text, utf16_length

TOKEN = "123456789:AAF-test-canary-token-of-the-far-side0"
CALLBACK_DATA_MAX = 64
CALLBACK_ANSWER_MAX = 200
COMMANDS_MAX = 100
FILE_BYTES_MAX = 50 * 1024 * 1024
UPDATES_MAX = 100
CALLBACK_SECONDS = 900
NOT_MODIFIED = (
    "message is not modified: specified new message content and reply markup are exactly the same as a current "
    "content and reply markup of the message"
)
CONFLICT = "terminated by other getUpdates request; make sure that only one bot instance is running"
WEBHOOK = "can't use getUpdates method while webhook is active; use deleteWebhook to delete the webhook first"


def fail(status, words, parameters=None):
    body = {"ok": False, "error_code": status, "description": words}
    headers = {}
    if parameters:
        body["parameters"] = parameters
    if status == 429:
        headers["Retry-After"] = parameters["retry_after"]
    return Answer(status, body, headers)


def bad(words, parameters=None):
    return fail(400, "Bad Request: " + words, parameters)


class Bucket:
    """So many at once, and then one every so often."""

    def __init__(self, burst, seconds_each):
        self.burst, self.seconds_each = burst, seconds_each
        self.full_at = 0.0

    def take(self):
        """0: taken; else seconds until there is one."""
        now = time.monotonic()
        missing = max(0.0, self.full_at - now)
        wait = missing - (self.burst - 1) * self.seconds_each
        if wait > 1e-9:
            return wait
        self.full_at = max(self.full_at, now) + self.seconds_each
        return 0


class Telegram(Service):
    def __init__(self, arguments):
        super().__init__(arguments.folder)
        self.arguments = arguments
        self.chats = {chat: {"id": chat} for chat in arguments.chat}
        self.buckets = {}
        self.journal = Journal(os.path.join(arguments.folder, "updates.jsonl"))
        self.updates = [line["update"] for line in self.journal.lines if "update" in line]
        self.stubborn = False
        self.last_update = max((update["update_id"] for update in self.updates), default=1000)
        self.last_message = max((update.get("message", {}).get("message_id", 0) for update in self.updates), default=0)
        for line in self.journal.lines:
            self.confirm(line.get("confirmed", 0))
        self.messages = {}  # (chat, message id) -> what was accepted last
        for record in self.accepted.lines:
            if "message_id" in record:
                self.messages[record["chat"], record["message_id"]] = record
        self.last_message = max([self.last_message, *(message for _, message in self.messages)])
        self.polls = 0
        self.polling = False
        self.webhook = False

    # ---- control

    def control(self, body):
        told = super().control(body)
        if "chat" in body:
            self.chats.setdefault(body["chat"]["id"], {}).update(body["chat"])
        if "webhook" in body:
            self.webhook = body["webhook"]
        if "stubborn" in body:
            self.stubborn = body["stubborn"]
        if "last_update" in body:
            self.last_update = body["last_update"]
        if "message" in body:
            told["update_id"] = self.add_update({"message": self.written(body["message"])})
        if "press" in body:
            told["update_id"] = self.add_update({"callback_query": self.pressed(body["press"])})
        return told

    def tell(self):
        waiting = [update["update_id"] for update in self.updates]
        return {**super().tell(), "updates": waiting, "polling": self.polling}

    def add_update(self, content):
        self.last_update += 1
        update = {"update_id": self.last_update, **content}
        self.journal.append({"time": time.time(), "update": update})
        self.updates.append(update)
        self.changed.notify_all()
        return self.last_update

    def written(self, told):
        chat = told.get("chat", told["from"])
        self.chats.setdefault(chat, {"id": chat})
        self.last_message += 1
        message = {
            "message_id": self.last_message,
            "from": self.user(told["from"]),
            "chat": self.chat_object(chat),
            "date": told.get("date", int(time.time())),
        }
        message.update({key: value for key, value in told.items() if key not in ("from", "chat", "date")})
        command = re.match(r"/[A-Za-z0-9_]+(@[A-Za-z0-9_]+)?", told.get("text", ""))
        if command:
            message["entities"] = [{"type": "bot_command", "offset": 0, "length": len(command.group())}]
        return message

    def pressed(self, told):
        chat = told.get("chat", told["from"])
        record = self.messages.get((chat, told["message_id"]))
        if not record or told["data"] not in buttons_of(record.get("reply_markup")):
            raise Answer(400, {"error": "there is no such button"})
        query = {
            "id": str(4_000_000_000 + self.last_update),
            "from": self.user(told["from"]),
            "message": self.message_object(record),
            "chat_instance": str(chat),
            "data": told["data"],
        }
        return query

    # ---- what a bridge calls

    def method_of(self, request):
        match = re.fullmatch(r"/bot[^/]*/(\w+)/?", request.path)
        return match.group(1) if match else None

    def is_patient(self, request):
        return (self.method_of(request) or "").lower() == "getupdates"

    def refuse_rate(self, request, seconds, is_global=False):
        del request, is_global
        seconds = max(1, math.ceil(seconds))
        return fail(429, f"Too Many Requests: retry after {seconds}", {"retry_after": seconds})

    def call(self, request):
        match = re.fullmatch(r"/bot([^/]*)/(\w+)/?", request.path)
        if not match or not re.fullmatch(r"[0-9]+:[A-Za-z0-9_-]+", match.group(1)):
            return fail(404, "Not Found")
        if match.group(1) != self.arguments.token:
            return fail(401, "Unauthorized")
        method = METHODS.get(match.group(2).lower())
        if not method:
            return fail(404, "Not Found: method not found")
        try:
            return Answer(200, {"ok": True, "result": method(self, Parameters(request), request)})
        except Refused as refused:
            return bad(str(refused))

    def get_me(self, parameters, request):
        del parameters, request
        return {
            "id": int(self.arguments.token.partition(":")[0]),
            "is_bot": True,
            "first_name": "picket",
            "username": self.arguments.username,
            "can_join_groups": True,
            "can_read_all_group_messages": False,
            "supports_inline_queries": False,
        }

    def get_updates(self, parameters, request):
        if self.webhook:
            raise fail(409, "Conflict: " + WEBHOOK)
        offset, limit = parameters.number("offset", 0), parameters.number("limit", UPDATES_MAX)
        limit = limit if 1 <= limit <= UPDATES_MAX else UPDATES_MAX
        until = time.monotonic() + min(50, max(0, parameters.number("timeout", 0)))
        self.polls += 1
        mine = self.polls
        self.changed.notify_all()
        if offset < 0:
            offset = (self.updates[offset:] or [{"update_id": 0}])[0]["update_id"]
        if offset > self.last_update + 1 or self.stubborn:
            offset = 0  # of the future: it is as if none had been told
        if any(update["update_id"] < offset for update in self.updates):
            self.journal.append({"confirmed": offset})
            self.confirm(offset)
        self.polling = True
        while not self.updates and time.monotonic() < until and self.polls == mine and not request.gone():
            self.changed.wait(0.05)
        if self.polls != mine:
            raise fail(409, "Conflict: " + CONFLICT)
        self.polling = False
        return self.updates[:limit]

    def confirm(self, offset):
        self.updates = [update for update in self.updates if update["update_id"] >= offset]

    def delete_webhook(self, parameters, request):
        del request
        self.webhook = False
        if parameters.text("drop_pending_updates").lower() == "true":
            self.journal.append({"confirmed": self.last_update + 1})
            self.updates = []
        return True

    def send_message(self, parameters, request):
        del request
        raw = parameters.text("text")
        if not raw:
            raise bad("message text is empty")
        chat = self.find_chat(parameters)
        content = self.text_of(parameters, raw, TEXT_MAX, "message is too long", "entities")
        if not content["text"]:
            raise bad("text must be non-empty")
        return self.send("sendMessage", chat, content, parameters)

    def send_document(self, parameters, request):
        del request
        chat = self.find_chat(parameters)
        if "document" not in parameters.files:
            raise bad("there is no document in the request")
        file, name, kind = parameters.files["document"]
        if not file:
            raise bad("file must be non-empty")
        if len(file) > FILE_BYTES_MAX:
            raise fail(413, "Request Entity Too Large")
        caption = parameters.text("caption")
        content = self.text_of(parameters, caption, CAPTION_MAX, "message caption is too long", "caption_entities")
        content["document"] = {"name": name, "type": kind, "bytes": len(file), "content": file.decode("latin-1")}
        return self.send("sendDocument", chat, content, parameters)

    def text_of(self, parameters, raw, most, too_long, name):
        given = parameters.json(name, [])
        text, entities, found = make_text(raw, parameters.text("parse_mode"), given, most, too_long)
        return {"text": text, "entities": entities, "found": found}

    def send(self, method, chat, content, parameters):
        markup = check_markup(parameters.json("reply_markup", None))
        self.check_rate(chat)
        self.last_message += 1
        quiet = parameters.text("disable_notification").lower() == "true"
        record = {"chat": chat, "message_id": self.last_message, **content, "reply_markup": markup, "quiet": quiet}
        record["reply_to"] = parameters.json("reply_parameters", {}).get("message_id")
        record = self.accept({"method": method, **record})
        self.messages[chat, self.last_message] = record
        return self.message_object(record)

    def edit_message_text(self, parameters, request):
        del request
        raw = parameters.text("text")
        chat = self.find_chat(parameters)
        old = self.messages.get((chat, parameters.number("message_id", 0)))
        if not old:
            raise bad("message to edit not found")
        if not raw:
            raise bad("message text is empty")
        content = self.text_of(parameters, raw, TEXT_MAX, "message is too long", "entities")
        if not content["text"]:
            raise bad("text must be non-empty")
        if "document" in old:
            raise bad("there is no text in the message to edit")
        content["reply_markup"] = check_markup(parameters.json("reply_markup", None))
        if all(old[key] == value for key, value in content.items()):
            raise bad(NOT_MODIFIED)
        self.check_rate(chat)
        record = self.accept({"method": "editMessageText", "chat": chat, "message_id": old["message_id"], **content})
        self.messages[chat, old["message_id"]] = record
        return self.message_object(record)

    def answer_callback_query(self, parameters, request):
        del request
        wanted, oldest = parameters.text("callback_query_id"), time.time() - CALLBACK_SECONDS
        recent = [line["update"] for line in self.journal.lines if "update" in line and line["time"] > oldest]
        if wanted not in [update["callback_query"]["id"] for update in recent if "callback_query" in update]:
            raise bad("query is too old and response timeout expired or query ID is invalid")
        text = parameters.text("text")
        if utf16_length(text) > CALLBACK_ANSWER_MAX:
            raise bad("MESSAGE_TOO_LONG")
        alert = parameters.text("show_alert").lower() == "true"
        self.accept({"method": "answerCallbackQuery", "query": wanted, "text": text, "alert": alert})
        return True

    def set_my_commands(self, parameters, request):
        del request
        commands = parameters.json("commands", [])
        if not isinstance(commands, list) or len(commands) > COMMANDS_MAX:
            raise bad("BOT_COMMANDS_TOO_MUCH")
        for command in commands:
            if not re.fullmatch(r"[a-z0-9_]{1,32}", command.get("command", "")):
                raise bad("BOT_COMMAND_INVALID")
            if not 1 <= utf16_length(command.get("description", "")) <= 256:
                raise bad("BOT_COMMAND_DESCRIPTION_INVALID")
        scope = parameters.json("scope", {"type": "default"})
        self.accept({"method": "setMyCommands", "commands": commands, "scope": scope})
        return True

    # ---- chats

    def find_chat(self, parameters):
        name = parameters.text("chat_id")
        if not name:
            raise bad("chat_id is empty")
        chat = self.chats.get(int(name)) if re.fullmatch(r"-?[0-9]+", name) else None
        if not chat:
            raise bad("chat not found")
        if chat.get("migrated_to"):
            words = "group chat was upgraded to a supergroup chat"
            raise bad(words, {"migrate_to_chat_id": chat["migrated_to"]})
        if chat.get("blocked"):
            raise fail(403, "Forbidden: bot was blocked by the user")
        if chat.get("kicked"):
            raise fail(403, f"Forbidden: bot was kicked from the {self.kind_of(chat['id'])} chat")
        return chat["id"]

    def kind_of(self, chat):
        group = "supergroup" if str(chat).startswith("-100") else "group"
        return self.chats.get(chat, {}).get("type", "private" if chat > 0 else group)

    def check_rate(self, chat):
        arguments = self.arguments
        limits = []
        if chat > 0 and arguments.private_per_second > 0:
            limits.append((chat, arguments.private_burst, 1 / arguments.private_per_second))
        if chat < 0 and arguments.group_per_minute > 0:
            limits.append((chat, arguments.group_per_minute, 60 / arguments.group_per_minute))
        for name, burst, seconds_each in [*limits, ("all", 30, 1 / 30)]:
            wait = self.buckets.setdefault(name, Bucket(burst, seconds_each)).take()
            if wait:
                raise self.refuse_rate(None, wait)

    def user(self, identity):
        return {"id": identity, "is_bot": False, "first_name": f"User {identity}", "username": f"user{identity}"}

    def chat_object(self, chat):
        kind = self.kind_of(chat)
        name = {"first_name": f"User {chat}"} if kind == "private" else {"title": f"Group {chat}"}
        return {"id": chat, "type": kind, **name}

    def message_object(self, record):
        me = self.get_me(None, None)
        message = {
            "message_id": record["message_id"],
            "from": {key: me[key] for key in ("id", "is_bot", "first_name", "username")},
            "chat": self.chat_object(record["chat"]),
            "date": int(record["time"]),
        }
        if record["method"] == "editMessageText":
            message["edit_date"] = int(record["time"])
        name = "caption" if "document" in record else "text"
        if record["text"]:
            message[name] = record["text"]
        if record["entities"] or record["found"]:
            message["entities" if name == "text" else "caption_entities"] = record["entities"] + record["found"]
        if record.get("reply_markup"):
            message["reply_markup"] = record["reply_markup"]
        if "document" in record:
            document = record["document"]
            message["document"] = {"file_name": document["name"], "file_size": document["bytes"], "file_id": "file"}
        return message


class Parameters:
    """Of the query, a form, multipart or JSON, whichever it is; names may be anywhere among them."""

    def __init__(self, request):
        self.values = dict(request.query)
        self.files = {}
        kind = request.headers.get("Content-Type", "").partition(";")[0].strip().lower()
        if kind == "application/json" and request.body:
            self.take_json(request.body)
        elif kind == "application/x-www-form-urlencoded":
            pairs = urllib.parse.parse_qsl(request.body.decode("utf-8", "surrogateescape"), keep_blank_values=True)
            self.values.update(pairs)
        elif kind == "multipart/form-data":
            self.take_form(parse_multipart(request.headers.get("Content-Type"), request.body))

    def take_json(self, body):
        try:
            values = json.loads(body.decode("utf-8"))
        except UnicodeDecodeError:
            raise Refused("strings must be encoded in UTF-8") from None
        except ValueError:
            raise Refused("can't parse request body JSON object") from None
        if not isinstance(values, dict):
            raise Refused("can't parse request body JSON object")
        for name, value in values.items():
            self.values[name] = value if isinstance(value, str) else json.dumps(value)

    def take_form(self, fields):
        if fields is None:
            raise Refused("can't parse the form")
        for name, (content, file_name, kind) in fields.items():
            if file_name is None:
                self.values[name] = content.decode("utf-8", "surrogateescape")
            else:
                self.files[name] = (content, file_name, kind)

    def text(self, name):
        return self.values.get(name, "")

    def number(self, name, otherwise):
        text = self.text(name)
        return int(text) if re.fullmatch(r"-?[0-9]{1,18}", text) else otherwise

    def json(self, name, otherwise):
        if not self.text(name):
            return otherwise
        try:
            return json.loads(self.text(name))
        except ValueError:
            raise Refused(f"can't parse {name.replace('_', ' ')} JSON object") from None


def buttons_of(markup):
    rows = (markup or {}).get("inline_keyboard", [])
    return [button.get("callback_data") for row in rows for button in row]


def check_markup(markup):
    if markup is None:
        return None
    if not isinstance(markup, dict):
        raise bad("object expected as reply markup")
    rows = markup.get("inline_keyboard")
    if rows is None:
        return markup if markup.keys() & {"keyboard", "remove_keyboard", "force_reply"} else None
    if not isinstance(rows, list) or not all(isinstance(row, list) for row in rows):
        raise bad("can't parse inline keyboard: expected an Array of Arrays")
    for button in (button for row in rows for button in row):
        if not isinstance(button, dict) or not button.get("text"):
            raise bad("can't parse inline keyboard button: Text must be non-empty")
        if "url" in button:
            continue
        data = button.get("callback_data", "")
        if not data:
            raise bad("text buttons are unallowed in the inline keyboard")
        if len(data.encode()) > CALLBACK_DATA_MAX:
            raise bad("BUTTON_DATA_INVALID")
    if sum(len(row) for row in rows) > 100:
        raise bad("reply markup is too long")
    rows = [row for row in rows if row]
    return {"inline_keyboard": rows} if rows else None


METHODS = {
    "answercallbackquery": Telegram.answer_callback_query,
    "deletewebhook": Telegram.delete_webhook,
    "editmessagetext": Telegram.edit_message_text,
    "getme": Telegram.get_me,
    "getupdates": Telegram.get_updates,
    "senddocument": Telegram.send_document,
    "sendmessage": Telegram.send_message,
    "setmycommands": Telegram.set_my_commands,
}


def parser():
    result = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    add_arguments(result)
    result.add_argument("--token", default=TOKEN)
    result.add_argument("--username", default="picket_test_bot")
    result.add_argument("--chat", type=int, action="append", default=[], help="one that exists; below 0: a group")
    result.add_argument("--private-per-second", type=float, default=1, help="messages; 0: any number")
    result.add_argument("--private-burst", type=int, default=3, help="messages at once in a private chat")
    result.add_argument("--group-per-minute", type=int, default=20, help="messages; 0: any number")
    return result


def main():
    arguments = parser().parse_args()
    os.makedirs(arguments.folder, exist_ok=True)
    serve(arguments, Telegram(arguments))


if __name__ == "__main__":
    main()
