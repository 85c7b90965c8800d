#!/usr/bin/python3
"""The webhooks of our tests say what Discord's say."""

import unittest

from discord_server import TOKEN
from discord_text import shown
from far_side import FarSide


class Markdown(unittest.TestCase):
    def check(self, text, seen, *marks):
        with self.subTest(text):
            self.assertEqual(shown(text), (seen, [list(mark) for mark in marks]))

    def test_what_means_something(self):
        self.check("a **b** c", "a b c", ("bold", "b"))
        self.check("*a* _b_ __c__ ~~d~~ ||e||", "a b c d e", ("italic", "a"), ("italic", "b"), ("underline", "c"),
                   ("strikethrough", "d"), ("spoiler", "e"))  # fmt: skip
        self.check("`a*b*`", "a*b*", ("code", "a*b*"))
        self.check("``a`b``", "a`b", ("code", "a`b"))
        self.check("```sh\na_b_\n```", "a_b_", ("pre", "a_b_"))
        self.check("[a](https://b.example)", "a", ("link", "a"))
        self.check("see https://b.example/c.", "see https://b.example/c.", ("link", "https://b.example/c"))
        self.check("<@123> @everyone", "<@123> @everyone", ("mention", "<@123>"), ("mention", "@everyone"))
        self.check("<t:1700000000:R>", "<t:1700000000:R>", ("time", "<t:1700000000:R>"))
        self.check("# a\n- b\n> c\n-# d", "a\n• b\nc\nd", ("heading", "a"), ("list", "b"), ("quote", "c"),
                   ("subtext", "d"))  # fmt: skip

    def test_what_does_not(self):
        for text in ("a_b_c", "1 * 2 * 3", "a#b", "root@host", "x < y > z", "a `", "[a](b)", "#a", "-a", "\\a"):
            self.check(text, text)

    def test_a_backslash_takes_the_meaning(self):
        self.check("\\*a\\*", "*a*")
        self.check("\\# a\n\\- b\n\\> c\n1\\. d", "# a\n- b\n> c\n1. d")
        self.check("\\`a\\` \\\\ \\<@1> \\|\\|a\\|\\|", "`a` \\ <@1> ||a||")
        self.check("\\[a](https\\://b)", "[a](https://b)")
        self.check("`\\*`", "\\*", ("code", "\\*"))


class Api(FarSide):
    SCRIPT = "discord_server.py"
    ARGUMENTS = ["--webhook", "1", "--webhook", "2", "--channel-per-minute", "12"]

    def post(self, payload, path=f"/api/webhooks/1/{TOKEN}?wait=true"):
        status, body, self.headers = self.ask("POST", path, payload)
        return status, body

    def test_a_message_is_recorded_as_it_is_seen(self):
        field = {"name": "n", "value": "v", "inline": True}
        embed = {"title": " t ", "description": "**d**", "fields": [field], "footer": {"text": "f"}, "color": 255}
        status, message = self.post({"content": "c ", "embeds": [embed], "allowed_mentions": {"parse": []}})
        self.assertEqual((status, message["content"], message["embeds"][0]["title"]), (200, "c", "t"))
        record = self.accepted()[0]
        self.assertEqual((record["number"], record["webhook"], record["content"]), (1, "1", "c"))
        self.assertEqual(record["embeds"][0], {**embed, "title": "t"})
        self.assertEqual(record["shown"]["embeds"][0]["description"], ["d", [["bold", "d"]]])
        self.assertEqual(self.post({"content": "c"}, f"/api/v10/webhooks/2/{TOKEN}")[0], 204)
        self.assertEqual(self.accepted()[1]["webhook"], "2")

    def test_mentions_are_those_that_are_allowed(self):
        content = "@everyone <@11> <@&22>"
        self.post({"content": content})
        self.post({"content": content, "allowed_mentions": {"parse": []}})
        self.post({"content": content, "allowed_mentions": {"parse": [], "roles": ["22"]}})
        self.post({"embeds": [{"description": content}]})
        mentions = [record["mentions"] for record in self.accepted()]
        self.assertEqual(mentions, [["everyone", "user 11", "role 22"], [], ["role 22"], []])

    def error(self, payload):
        status, body = self.post(payload)
        self.assertEqual((status, body["code"], body["message"]), (400, 50035, "Invalid Form Body"))
        at, path = body["errors"], []
        while "_errors" not in at:
            name = next(iter(at))
            path.append(name)
            at = at[name]
        return ".".join(path), at["_errors"][0]["message"]

    def test_limits_of_texts(self):
        self.assertEqual(self.error({"content": "x" * 2001}), ("content", "Must be 2000 or fewer in length."))
        embeds = "Must be 10 or fewer in length."
        self.assertEqual(self.error({"embeds": [{"title": "x"}] * 11}), ("embeds", embeds))
        title = "Must be 256 or fewer in length."
        self.assertEqual(self.error({"embeds": [{"title": "x" * 257}]}), ("embeds.0.title", title))
        value = {"name": "n", "value": "x" * 1025}
        self.assertEqual(self.error({"embeds": [{"fields": [value]}]})[0], "embeds.0.fields.0.value")

    def test_limits_of_embeds(self):
        description = {"description": "x" * 4097}
        self.assertEqual(self.error({"embeds": [description]})[0], "embeds.0.description")
        fields = [{"name": "n", "value": "v"}] * 26
        self.assertEqual(self.error({"embeds": [{"fields": fields}]})[0], "embeds.0.fields")
        missing = ("embeds.0.fields.0.value", "This field is required")
        self.assertEqual(self.error({"embeds": [{"fields": [{"name": "n"}]}]}), missing)
        large = [{"description": "x" * 3000}, {"description": "x" * 3001}]
        self.assertEqual(self.error({"embeds": large}), ("embeds", "Embed size exceeds maximum size of 6000"))
        large[1]["description"] = "x" * 3000
        self.post({"embeds": large})
        self.assertEqual(len(self.accepted()), 1)

    def test_what_else_is_refused(self):
        self.assertEqual(self.post({"content": " "}), (400, {"message": "Cannot send an empty message", "code": 50006}))
        status, body, _ = self.ask("POST", f"/api/webhooks/1/{TOKEN}", b"{", {"Content-Type": "application/json"})
        self.assertEqual((status, body["code"]), (400, 50109))
        wrong = {"message": "Invalid Webhook Token", "code": 50027}
        self.assertEqual(self.post({"content": "a"}, "/api/webhooks/1/wrong"), (401, wrong))
        unknown = {"message": "Unknown Webhook", "code": 10015}
        self.assertEqual(self.post({"content": "a"}, f"/api/webhooks/3/{TOKEN}"), (404, unknown))
        self.control({"webhook": {"id": "2", "deleted": True}})
        self.assertEqual(self.post({"content": "a"}, f"/api/webhooks/2/{TOKEN}"), (404, unknown))
        self.assertEqual(self.accepted(), [])

    def test_a_file(self):
        body, headers = self.form({"payload_json": '{"content":"see"}'}, ("files[0]", "out.txt", b"a\x00b"))
        status, message, _ = self.ask("POST", f"/api/webhooks/1/{TOKEN}?wait=true", body, headers)
        self.assertEqual((status, message["attachments"][0]["filename"]), (200, "out.txt"))
        record = self.accepted()[0]
        self.assertEqual((record["content"], record["files"][0]["content"]), ("see", "a\x00b"))

    def test_five_requests_in_two_seconds_and_headers_that_say_so(self):
        for remaining in (4, 3, 2, 1, 0):
            self.post({"content": "a"})
            self.assertEqual(self.headers["X-RateLimit-Remaining"], str(remaining))
        self.assertEqual(self.headers["X-RateLimit-Limit"], "5")
        self.assertLessEqual(float(self.headers["X-RateLimit-Reset-After"]), 2)
        status, body = self.post({"content": "a"})
        self.assertEqual((status, body["message"], body["global"]), (429, "You are being rate limited.", False))
        self.assertLessEqual(body["retry_after"], 2)
        self.assertEqual(self.headers["X-RateLimit-Scope"], "user")
        self.assertEqual(self.post({"content": "a"}, f"/api/webhooks/2/{TOKEN}")[0], 204)

    def test_faults_on_demand(self):
        self.control({"next": ["429:1.5", "429-global:2", "500", "reset-after"]})
        status, body = self.post({"content": "a"})
        self.assertEqual((status, body["retry_after"], self.headers["Retry-After"]), (429, 1.5, "2"))
        status, body = self.post({"content": "a"})
        self.assertEqual((status, body["global"], self.headers["X-RateLimit-Global"]), (429, True, "true"))
        self.assertEqual(self.post({"content": "a"})[0], 500)
        with self.assertRaises(OSError):
            self.post({"content": "a"})
        self.assertEqual(len(self.accepted()), 1)

    def test_numbers_go_on_after_a_kill(self):
        first = self.post({"content": "a"})[1]["id"]
        self.kill()
        self.start()
        second = self.post({"content": "b"})[1]["id"]
        self.assertEqual(int(second), int(first) + 1)
        self.assertEqual([record["number"] for record in self.accepted()], [1, 2])


class Channel(FarSide):
    SCRIPT = "discord_server.py"
    ARGUMENTS = ["--limit", "0", "--channel-per-minute", "3"]

    def test_a_channel_has_a_limit_that_no_header_tells(self):
        path = f"/api/webhooks/1/{TOKEN}"
        self.assertEqual([self.ask("POST", path, {"content": "a"})[0] for _ in range(4)], [204, 204, 204, 429])


if __name__ == "__main__":
    unittest.main()
