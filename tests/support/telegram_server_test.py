#!/usr/bin/python3
"""The Bot API of our tests says what the real one says."""

import http.client
import threading
import time
import unittest

from far_side import FarSide
from telegram_server import NOT_MODIFIED, TOKEN
from telegram_text import Refused, make_text


def html(text, most=4096):
    return make_text(text, "HTML", [], most, "message is too long")


def entity(kind, offset, length, **more):
    return {"type": kind, "offset": offset, "length": length, **more}


class Html(unittest.TestCase):
    def test_tags_become_entities_in_utf16_code_units(self):
        self.assertEqual(html("<b>a</b>")[:2], ("a", [entity("bold", 0, 1)]))
        self.assertEqual(html("\U0001f600<b>x\U0001f600</b>")[:2], ("\U0001f600x\U0001f600", [entity("bold", 2, 3)]))
        nested = html("<b>a<i>b</i></b><code>c</code>")
        self.assertEqual(nested[1], [entity("bold", 0, 2), entity("italic", 1, 1), entity("code", 2, 1)])
        self.assertEqual(html("<STRONG>a</strong>")[1], [entity("bold", 0, 1)])
        self.assertEqual(html('<span class="tg-spoiler">a</span>')[1], [entity("spoiler", 0, 1)])
        self.assertEqual(html("<blockquote expandable>a</blockquote>")[1], [entity("expandable_blockquote", 0, 1)])
        self.assertEqual(html("<b></b>a")[1], [])

    def test_code_in_pre_names_a_language(self):
        self.assertEqual(
            html('<pre><code class="language-sh">x</code></pre>')[1], [entity("pre", 0, 1, language="sh")]
        )
        self.assertEqual(html('<code class="language-sh">x</code>')[1], [entity("code", 0, 1)])

    def test_links(self):
        linked = html('<a href="https://a.example/?x&amp;y">t</a>')[1]
        self.assertEqual(linked, [entity("text_link", 0, 1, url="https://a.example/?x&y")])
        self.assertEqual(html('<a href="tg://user?id=7">t</a>')[1], [entity("text_mention", 0, 1, user={"id": 7})])
        self.assertEqual(html('<a href="nothing">t</a>')[:2], ("t", []))

    def test_references(self):
        self.assertEqual(html("&lt;&gt;&amp;&quot;&#65;&#x42;&#128512;")[0], '<>&"AB\U0001f600')
        self.assertEqual(html("&lt b &ltb &nbsp; &copy; & &; &#; &#0; &#1114111;")[0],
                         "< b &ltb &nbsp; &copy; & &; &#; &#0; &#1114111;")  # fmt: skip
        self.assertEqual(html("&amp;lt;")[0], "&lt;")

    def test_what_is_not_well_formed_is_refused_with_its_place(self):
        cases = {
            "<b>a": "Can't find end tag corresponding to start tag \"b\"",
            "a</b>": "Unexpected end tag at byte offset 1",
            "<b>a</i>": 'Unmatched end tag at byte offset 4, expected "</b>", found "</i>"',
            "ä<br>": 'Unsupported start tag "br" at byte offset 2',
            "a < b": 'Unsupported start tag "" at byte offset 2',
            "a <b": "Unclosed start tag at byte offset 2",
            "<!-- -->": 'Unsupported start tag "!--" at byte offset 0',
            "<b x>a</b>": 'Expected equal sign in declaration of an attribute of the tag "b" at byte offset 0',
            "<a href=a/b>t</a>": "Unexpected end of name token at byte offset 8",
            '<a href="a': "Unclosed start tag at byte offset 0",
            "<span>a</span>": 'Tag "span" must have class "tg-spoiler" at byte offset 0',
            "<b>a</b": "Unclosed end tag at byte offset 4",
        }
        for text, words in cases.items():
            with self.subTest(text), self.assertRaises(Refused) as refused:
                html(text)
            self.assertEqual(str(refused.exception), "can't parse entities: " + words)

    def test_text_without_parse_mode_is_as_it_is(self):
        self.assertEqual(make_text("<b>&lt;", "", [], 10, "")[:2], ("<b>&lt;", []))


class Cleaning(unittest.TestCase):
    def test_what_telegram_drops_and_replaces(self):
        self.assertEqual(html("a\tb\r\nc\x1bd\u202ee\u2028f\u0333g")[0], "a b\nc def" + "g")
        self.assertEqual(html(" \n a \n ")[0], "a")
        self.assertEqual(html("<b>  a </b>")[:2], ("  a", [entity("bold", 0, 3)]))
        self.assertEqual(html("a\u202e<b>b</b>")[:2], ("ab", [entity("bold", 1, 1)]))
        self.assertEqual(html("a\u200e\u200fb")[0], "a\u200c\u200fb")

    def test_nothing_but_blanks_is_nothing(self):
        for text in ("", " ", "\u200b", "\u2800\n", "<b> </b>", "\ufeff\u00a0"):
            self.assertEqual(html(text), ("", [], []))

    def test_the_length_is_that_of_the_text_a_user_sees(self):
        self.assertEqual(len(html("<b>" + "&lt;" * 4096 + "</b>")[0]), 4096)
        for text in ("x" * 4097, "\U0001f600" * 2049):
            with self.assertRaises(Refused) as refused:
                html(text)
            self.assertEqual(str(refused.exception), "message is too long")


class Entities(unittest.TestCase):
    def check(self, text, given, words):
        with self.subTest(words), self.assertRaises(Refused) as refused:
            make_text(text, "", given, 4096, "")
        self.assertIn(words, str(refused.exception))

    def test_entities_must_fit_the_text(self):
        self.assertEqual(make_text("ab", "", [entity("bold", 0, 2)], 9, "")[1], [entity("bold", 0, 2)])
        self.check("ab", [entity("bold", 0, 3)], "ends after the end of the text")
        self.check("ab", [entity("bold", 3, 1)], "begins after the end of the text")
        self.check("\U0001f600", [entity("bold", 1, 1)], "begins in a middle of a UTF-16 symbol")
        self.check("\U0001f600", [entity("bold", 0, 1)], "ends in a middle of a UTF-16 symbol")
        self.check("ab", [entity("bold", -1, 1)], "incorrect offset")
        self.check("ab", [entity("loud", 0, 1)], "can't parse MessageEntity")
        self.check("ab", {"type": "bold"}, "expected an Array")

    def test_bold_is_cut_out_of_code(self):
        given = [entity("bold", 0, 6), entity("code", 2, 2)]
        made = make_text("abcdef", "", given, 9, "")[1]
        self.assertEqual(made, [entity("bold", 0, 2), entity("code", 2, 2), entity("bold", 4, 2)])

    def test_what_clients_link_by_themselves(self):
        found = html("@root and /run, #tag, x.example.com/a and me@host.example <code>@root /run</code>")[2]
        kinds = [one["type"] for one in found]
        self.assertEqual(kinds, ["mention", "bot_command", "hashtag", "url", "email"])
        self.assertEqual(html("a@b 1/2 a#b")[2], [])

    def test_no_more_than_100_entities_count(self):
        self.assertEqual(len(html("<b>a</b> " * 101)[1]), 100)


class Api(FarSide):
    SCRIPT = "telegram_server.py"
    ARGUMENTS = ["--chat", "7", "--chat", "-5", "--chat", "-1005", "--private-burst", "3"]

    def call(self, method, token=TOKEN, **parameters):
        status, body, headers = self.ask("POST", f"/bot{token}/{method}", parameters)
        self.assertEqual(body["ok"], status == 200)
        self.assertEqual(body.get("error_code", 200), status)
        self.headers = headers
        return body["result"] if status == 200 else (status, body["description"])

    def test_tokens_and_methods(self):
        self.assertEqual(self.call("getMe")["username"], "picket_test_bot")
        self.assertEqual(self.call("GETME")["is_bot"], True)
        self.assertEqual(self.call("getMe", token="1:wrong"), (401, "Unauthorized"))
        self.assertEqual(self.call("getMe", token="wrong"), (404, "Not Found"))
        self.assertEqual(self.call("getNothing"), (404, "Not Found: method not found"))

    def test_a_message_is_recorded_as_it_is_seen(self):
        markup = {"inline_keyboard": [[{"text": "Yes", "callback_data": "y"}]]}
        sent = self.call("sendMessage", chat_id=7, text="<b>a</b>&lt;", parse_mode="HTML", reply_markup=markup)
        self.assertEqual((sent["text"], sent["entities"]), ("a<", [entity("bold", 0, 1)]))
        record = self.accepted()[0]
        self.assertEqual((record["number"], record["chat"], record["text"]), (1, 7, "a<"))
        self.assertEqual(record["entities"], [entity("bold", 0, 1)])
        self.assertEqual(record["reply_markup"], markup)

    def test_what_is_refused_and_how(self):
        too_long = {"inline_keyboard": [[{"text": "a", "callback_data": "x" * 65}]]}
        no_data = {"inline_keyboard": [[{"text": "a"}]]}
        cases = [
            ({"text": "a"}, "chat_id is empty"),
            ({"chat_id": 8, "text": "a"}, "chat not found"),
            ({"chat_id": 7, "text": ""}, "message text is empty"),
            ({"chat_id": 7, "text": " "}, "text must be non-empty"),
            ({"chat_id": 7, "text": "x" * 4097}, "message is too long"),
            ({"chat_id": 7, "text": "a", "parse_mode": "X"}, "unsupported parse_mode"),
            ({"chat_id": 7, "text": "a", "reply_markup": too_long}, "BUTTON_DATA_INVALID"),
            ({"chat_id": 7, "text": "a", "reply_markup": no_data}, "text buttons are unallowed in the inline keyboard"),
        ]
        for parameters, words in cases:
            with self.subTest(words):
                self.assertEqual(self.call("sendMessage", **parameters), (400, "Bad Request: " + words))
        self.assertEqual(self.accepted(), [])
        self.control({"chat": {"id": 7, "blocked": True}})
        self.assertEqual(self.call("sendMessage", chat_id=7, text="a"), (403, "Forbidden: bot was blocked by the user"))
        self.control({"chat": {"id": -1005, "kicked": True}})
        kicked = "Forbidden: bot was kicked from the supergroup chat"
        self.assertEqual(self.call("sendMessage", chat_id=-1005, text="a"), (403, kicked))
        self.control({"chat": {"id": -5, "migrated_to": -1006}})
        status, body, _ = self.ask("POST", f"/bot{TOKEN}/sendMessage", {"chat_id": -5, "text": "a"})
        self.assertEqual((status, body["parameters"]), (400, {"migrate_to_chat_id": -1006}))

    def test_edits(self):
        sent = self.call("sendMessage", chat_id=7, text="a")["message_id"]
        same = self.call("editMessageText", chat_id=7, message_id=sent, text="a")
        self.assertEqual(same, (400, "Bad Request: " + NOT_MODIFIED))
        self.assertEqual(self.call("editMessageText", chat_id=7, message_id=sent, text="b")["text"], "b")
        missing = self.call("editMessageText", chat_id=7, message_id=99, text="b")
        self.assertEqual(missing, (400, "Bad Request: message to edit not found"))

    def test_a_document(self):
        body, headers = self.form({"chat_id": 7, "caption": "<i>c</i>", "parse_mode": "HTML"},
                                  ("document", "out.txt", b"a\x00\r\n--b"))  # fmt: skip
        status, answer, _ = self.ask("POST", f"/bot{TOKEN}/sendDocument", body, headers)
        self.assertEqual((status, answer["result"]["caption"]), (200, "c"))
        document = self.accepted()[0]["document"]
        self.assertEqual((document["name"], document["content"]), ("out.txt", "a\x00\r\n--b"))
        none = self.call("sendDocument", chat_id=7)
        self.assertEqual(none, (400, "Bad Request: there is no document in the request"))

    def test_rates_of_private_chats_and_groups(self):
        for _ in range(3):
            self.call("sendMessage", chat_id=7, text="a")
        self.assertEqual(self.call("sendMessage", chat_id=7, text="a"), (429, "Too Many Requests: retry after 1"))
        self.assertEqual(self.headers["Retry-After"], "1")
        for _ in range(20):
            self.call("sendMessage", chat_id=-5, text="a")
        self.assertEqual(self.call("sendMessage", chat_id=-5, text="a"), (429, "Too Many Requests: retry after 3"))

    def test_updates_are_kept_until_they_are_confirmed_also_over_a_kill(self):
        first = self.control({"message": {"from": 7, "text": "/run web1 backup"}})["update_id"]
        sent = self.call("sendMessage", chat_id=7, text="?", reply_markup={
            "inline_keyboard": [[{"text": "Yes", "callback_data": "y"}]]})["message_id"]  # fmt: skip
        second = self.control({"press": {"from": 7, "message_id": sent, "data": "y"}})["update_id"]
        updates = self.call("getUpdates")
        self.assertEqual([update["update_id"] for update in updates], [first, second])
        self.assertEqual(updates[0]["message"]["entities"], [entity("bot_command", 0, 4)])
        query = updates[1]["callback_query"]
        self.assertEqual((query["data"], query["message"]["message_id"]), ("y", sent))
        self.assertEqual(self.call("answerCallbackQuery", callback_query_id=query["id"]), True)
        self.assertEqual(self.call("answerCallbackQuery", callback_query_id="1")[0], 400)
        self.assertEqual([update["update_id"] for update in self.call("getUpdates", offset=second)], [second])
        self.kill()
        self.start()
        self.assertEqual([update["update_id"] for update in self.call("getUpdates")], [second])
        self.assertEqual(self.call("getUpdates", offset=second + 1), [])
        self.assertEqual(self.call("sendMessage", chat_id=7, text="b")["message_id"], sent + 1)
        self.assertEqual([record["number"] for record in self.accepted()], [1, 2, 3])

    def test_a_poll_waits_and_another_one_ends_it(self):
        results = []
        poll = threading.Thread(target=lambda: results.append(self.call("getUpdates", timeout=20)))
        poll.start()
        while not self.ask("GET", "/control")[1]["polling"]:
            time.sleep(0.01)
        self.assertEqual(self.call("getUpdates"), [])
        poll.join(10)
        self.assertEqual(results[0][0], 409)
        self.assertIn("Conflict: terminated by other getUpdates request", results[0][1])
        poll = threading.Thread(target=lambda: results.append(self.call("getUpdates", timeout=20)))
        poll.start()
        self.control({"message": {"from": 7, "text": "hello"}})
        poll.join(10)
        self.assertEqual(results[1][0]["message"]["text"], "hello")
        self.control({"webhook": True})
        self.assertEqual(self.call("getUpdates")[0], 409)
        self.assertEqual(self.call("deleteWebhook"), True)
        self.assertEqual(len(self.call("getUpdates")), 1)

    def test_commands_of_the_menu(self):
        self.assertEqual(self.call("setMyCommands", commands=[{"command": "nodes", "description": "All"}]), True)
        wrong = self.call("setMyCommands", commands=[{"command": "Nodes", "description": "All"}])
        self.assertEqual(wrong, (400, "Bad Request: BOT_COMMAND_INVALID"))

    def test_faults_on_demand(self):
        faults = ["429:7", "502", "malformed", "malformed-after", "close", "reset", "reset-after", "garbage"]
        self.control({"next": faults, "method": "sendMessage"})
        self.assertEqual(self.call("getMe")["is_bot"], True)
        self.assertEqual(self.call("sendMessage", chat_id=7, text="a"), (429, "Too Many Requests: retry after 7"))
        path, body = f"/bot{TOKEN}/sendMessage", {"chat_id": 7, "text": "a"}
        self.assertEqual(self.ask("POST", path, body)[0], 502)
        for _ in range(2):
            with self.assertRaises(ValueError):
                self.ask("POST", path, body)
        for _ in range(4):
            with self.assertRaises((OSError, http.client.HTTPException)):
                self.ask("POST", path, body)
        self.assertEqual(self.call("sendMessage", chat_id=7, text="last")["text"], "last")
        self.assertEqual(len(self.accepted()), 3)


if __name__ == "__main__":
    unittest.main()
