"""What PHP 7.4 does not know, looked for in PHP with the tokens that the php of this machine tells.

A newer php reads what an older one cannot, so a lint by it proves only half of it.
"""

import json
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

from sites.phpcms.stub_stand import php

TELL_TOKENS = """
$told = [];
foreach (token_get_all(stream_get_contents(STDIN)) as $token) {
    $token = is_array($token) ? [token_name($token[0]), $token[1]] : [$token, $token];
    if (!in_array($token[0], ['T_WHITESPACE', 'T_COMMENT', 'T_DOC_COMMENT'], true)) {
        $told[] = $token;
    }
}
echo json_encode($told);
"""
NEWER_TOKENS = {
    "T_ATTRIBUTE": "attributes",
    "T_ENUM": "enumerations",
    "T_MATCH": "match",
    "T_NULLSAFE_OBJECT_OPERATOR": "?->",
    "T_READONLY": "readonly",
}
# Functions and classes, in lower case.
NEWER_NAMES = {
    "array_all",
    "array_any",
    "array_find",
    "array_find_key",
    "array_is_list",
    "attribute",
    "enum_exists",
    "fdatasync",
    "fdiv",
    "fsync",
    "get_debug_type",
    "get_resource_id",
    "ini_parse_quantity",
    "json_validate",
    "mb_str_pad",
    "phptoken",
    "preg_last_error_msg",
    "str_contains",
    "str_decrement",
    "str_ends_with",
    "str_increment",
    "str_starts_with",
    "stringable",
    "unhandledmatcherror",
    "valueerror",
    "weakmap",
}
NEWER_TYPES = {"mixed", "never", "false", "null", "true", "static"}
VISIBILITIES = {"T_PUBLIC", "T_PROTECTED", "T_PRIVATE"}
NAMES = {"T_STRING", "T_NAME_FULLY_QUALIFIED"}
BEFORE_BODIES = {"{", ";", "T_DOUBLE_ARROW"}
# A statement may begin after these; an expression does not.
BEFORE_STATEMENTS = {";", "{", "}", ")", ":", "T_ELSE", "T_OPEN_TAG"}


@dataclass(frozen=True, slots=True)
class Token:
    """A piece of PHP: its kind by the name of PHP, or by itself, and its text."""

    kind: str
    text: str


def newer_than_7_4(source: str) -> set[str]:
    """The names of what the source has and PHP 7.4 has not."""
    tokens = tokens_of(source)
    return {
        *_single(tokens),
        *_pairs(tokens),
        *_triples(tokens),
        *(found for signature in _signatures(tokens) for found in _in_signature(signature)),
        *_catches(tokens),
    }


def tokens_of(source: str) -> list[Token]:
    """The tokens but for spaces and comments."""
    done = subprocess.run(
        [php(), "-r", TELL_TOKENS], input=source, capture_output=True, text=True, check=True
    )
    return [Token(kind, text) for kind, text in json.loads(done.stdout)]


def _single(tokens: list[Token]) -> Iterator[str]:
    for token in tokens:
        if token.kind in NEWER_TOKENS:
            yield NEWER_TOKENS[token.kind]
        if token.kind in NAMES and token.text.lstrip("\\").lower() in NEWER_NAMES:
            yield token.text.lstrip("\\").lower()
        if token.kind == "T_LNUMBER" and token.text.lower().startswith("0o"):
            yield "0o"


def _pairs(tokens: list[Token]) -> Iterator[str]:
    for before, token in pairwise(tokens):
        if token.kind == "T_THROW" and before.kind not in BEFORE_STATEMENTS:
            yield "throw in an expression"
        if before.kind == "T_FINAL" and token.kind == "T_CONST":
            yield "final const"


def _triples(tokens: list[Token]) -> Iterator[str]:
    for first, second, third in zip(tokens, tokens[1:], tokens[2:], strict=False):
        match first.kind, second.kind, third.kind:
            case "(" | ",", "T_STRING", ":":
                yield "named arguments"
            case "(", "T_ELLIPSIS", ")":
                yield "callables by ..."
            case "T_VARIABLE", "T_DOUBLE_COLON", "T_CLASS":
                yield "class of an object"
            case "T_CONST", "T_STRING" | "T_ARRAY", "T_STRING":
                yield "constants with types"
            case _:
                pass


def _signatures(tokens: list[Token]) -> Iterator[list[Token]]:
    """From each `function` or `fn` to where its body begins."""
    for start, token in enumerate(tokens):
        if token.kind in {"T_FUNCTION", "T_FN"}:
            ends = (n for n in range(start, len(tokens)) if tokens[n].kind in BEFORE_BODIES)
            end = next(ends, len(tokens))
            yield tokens[start:end]


def _in_signature(signature: list[Token]) -> Iterator[str]:
    for before, token in pairwise(signature):
        if token.kind in VISIBILITIES:
            yield "promoted parameters"
        if token.kind == "T_NEW":
            yield "new in a default"
        if token.kind == "|":
            yield "types joined by |"
        if (before.kind, token.kind) == (",", ")"):
            yield "a comma after the last parameter"
        if before.kind in {":", "(", ","} and token.text.lower() in NEWER_TYPES:
            yield f"the type {token.text.lower()}"


def _catches(tokens: list[Token]) -> Iterator[str]:
    for start, token in enumerate(tokens):
        if token.kind != "T_CATCH":
            continue
        end = next(n for n in range(start, len(tokens)) if tokens[n].kind == ")")
        if all(one.kind != "T_VARIABLE" for one in tokens[start:end]):
            yield "catch without a variable"
