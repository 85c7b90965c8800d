#!/usr/bin/python3
"""Every co_await has the form that GCC 12.2 compiles correctly.

GCC 12.2 compiles `if (co_await f())` into a crash, destroys some temporaries of an awaiting statement twice,
and says nothing. So: co_await starts a statement or follows `=` or `co_return`; its arguments are named
variables; the statement has no lambda, no braces, no ?:, && or || and no second co_await. A lambda with
captures is never a coroutine: the captures die with the lambda object, often before the coroutine does.
"""

import re

from lint import Finding, Tree, cpp_code, line_of, main

AWAIT = re.compile(r"\bco_await\b")
COROUTINE = re.compile(r"\bco_(?:await|return|yield)\b")
CONTROL = re.compile(r"\s*(?:(?:if(?:\s+constexpr)?|while|for|switch)\s*(?=\()|else\b|do\b|(?:case\b[^;?]*?|default|\w+)\s*:(?!:))")
LAMBDA_INTRODUCER = re.compile(r"(?<![\w\])])\s*\[(?!\[)")
BLOCK_BEFORE_BRACE = re.compile(
    r"(?:[;{})\]:]|\b(?:else|do|try|const|noexcept|override|final|mutable)|\)[^;{}()]*->[^;{}()]*)\s*$|^\s*$"
)
# Calls that may stand between the arguments: they make no object that owns anything.
HARMLESS_CALLS = re.compile(r"\b(?:std::(?:move|ref|cref)|asio::(?:buffer|redirect_error|as_tuple))\s*$")


def matching_open(code, close):
    """Offset of the bracket that the one at `close` closes, or -1."""
    depth = 0
    for at in range(close, -1, -1):
        if code[at] in ")]}":
            depth += 1
        elif code[at] in "([{":
            depth -= 1
            if depth == 0:
                return at
    return -1


def matching_close(code, opening):
    """Offset just past the bracket that closes the one at `opening`."""
    depth = 0
    for at in range(opening, len(code)):
        if code[at] in "([{":
            depth += 1
        elif code[at] in ")]}":
            depth -= 1
            if depth == 0:
                return at + 1
    return len(code)


def statement_start(code, offset):
    """Where the statement around `offset` begins, and the bracket that `offset` stands in, if it does."""
    at = offset - 1
    while at >= 0:
        character = code[at]
        if character in ")]":
            at = matching_open(code, at)
        elif character in "([":
            return at + 1, character
        elif character == "{":
            return at + 1, "" if BLOCK_BEFORE_BRACE.search(code[:at]) else "{"
        elif character == "}" and not re.match(r"\s*[,.=+\-*/(?&|)]", code[at + 1 :]):
            return at + 1, ""
        elif character == "}":
            at = matching_open(code, at)
        elif character == ";":
            return at + 1, ""
        at -= 1
    return 0, ""


def statement_end(code, offset):
    """Where the statement ends: at its semicolon, or at the bracket it stands in."""
    at = offset
    while at < len(code) and code[at] not in ";)]}":
        at = matching_close(code, at) if code[at] in "([{" else at + 1
    return at


def without_control(prefix):
    """`if (ready) x = ` and `case kOne: x = ` are the statement `x = `."""
    while True:
        match = CONTROL.match(prefix)
        if not match:
            return prefix
        end = match.end()
        prefix = prefix[matching_close(prefix, end) :] if prefix[end : end + 1] == "(" else prefix[end:]


def place_fault(prefix, bracket):
    if bracket == "(":
        return "co_await inside parentheses: a condition, an argument or a part of an expression"
    if bracket:
        return "co_await inside a brace initialiser or an index"
    prefix = prefix.strip()
    if prefix in ("", "co_return") or re.search(r"(?<![=!<>+\-*/%&|^])=$", prefix):
        return None
    return "co_await neither starts its statement nor follows = or co_return"


def statement_fault(prefix, suffix):
    statement = re.sub(r"\bauto\s*&&", "auto", prefix) + "co_await" + suffix
    if len(AWAIT.findall(statement)) > 1:
        return "a second co_await in the statement"
    without_bindings = re.sub(r"\bauto\s*&?\s*\[[^\]]*\]", "auto", statement)
    if LAMBDA_INTRODUCER.search(without_bindings):
        return "a lambda in an awaiting statement"
    if "{" in statement:
        return "a brace initialiser in an awaiting statement"
    if re.search(r"\?|&&|\|\||\b(?:and|or)\b", statement):
        return "?:, && or || in an awaiting statement"
    return argument_fault(suffix)


def argument_fault(suffix):
    """Arguments are named variables: no string literal, no call that makes an object."""
    for match in re.finditer(r"[(,]\s*(\"|[A-Za-z_][\w:.<>]*(?:->[\w:.]+)*\s*\()", suffix):
        inside = suffix[: match.start()].count("(") - suffix[: match.start()].count(")")
        is_argument = match.group(0)[0] == "," or inside >= 0
        callee = match.group(1).rstrip("(")
        if match.group(1) == '"':
            return "a string literal as an argument of co_await: name it first"
        if is_argument and not HARMLESS_CALLS.search(callee):
            return f"a temporary as an argument of co_await: name what {callee.strip()}() makes first"
    return None


def await_fault(code, offset):
    start, bracket = statement_start(code, offset)
    end = statement_end(code, offset)
    prefix = code[start:offset] if bracket else without_control(code[start:offset])
    suffix = code[offset + len("co_await") : end]
    return place_fault(prefix, bracket) or statement_fault(prefix, suffix)


def lambda_captures(head):
    """What the lambda captures whose body follows `head`; None if it is not a lambda's head."""
    head = re.sub(r"(?:\s*(?:mutable|noexcept|->[^;{}()]*))*\s*$", "", head)
    if head.endswith(")"):
        before = head[: matching_open(head, len(head) - 1)].rstrip()
        head = before
    if not head.endswith("]"):
        return None
    opening = matching_open(head, len(head) - 1)
    if re.search(r"[\w\])]\s*$", head[:opening]) and not re.search(r"\breturn\s*$", head[:opening]):
        return None
    return head[opening + 1 : -1].strip()


def is_control_block(head):
    head = head.rstrip()
    if re.search(r"(?:\b(?:else|do|try)|[;{}:]|^)$", head):
        return True
    if not head.endswith(")"):
        return False
    return bool(re.search(r"\b(?:if|if\s+constexpr|while|for|switch|catch)\s*$", head[: matching_open(head, len(head) - 1)]))


def captured_by_own_lambda(code, offset):
    """Whether the function around `offset` is a lambda with captures."""
    at = offset - 1
    while at >= 0:
        if code[at] in ")]}":
            at = matching_open(code, at)
        elif code[at] == "{":
            captures = lambda_captures(code[:at])
            if captures is not None:
                return captures != ""
            if not is_control_block(code[:at]):
                return False
        at -= 1
    return False


def check(tree: Tree):
    for path in tree.paths(".h", ".cpp"):
        if not COROUTINE.search(tree.text(path)):
            continue
        code = cpp_code(tree.text(path))
        for match in AWAIT.finditer(code):
            fault = await_fault(code, match.start())
            if fault:
                yield Finding(path, line_of(code, match.start()), fault)
        for match in COROUTINE.finditer(code):
            if captured_by_own_lambda(code, match.start()):
                yield Finding(path, line_of(code, match.start()), "a lambda with captures is a coroutine")


if __name__ == "__main__":
    main(check)
