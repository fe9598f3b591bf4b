"""The script is written in PHP 7.4, whatever the php of this machine reads besides."""

import pytest

from latchkey.sites.phpcms.script import program
from sites.phpcms.php_syntax import newer_than_7_4

NEWER = {
    "#[Pure] function f() {}": "attributes",
    "enum Suit { case Hearts; }": "enumerations",
    "$a = match ($b) { 1 => 2 };": "match",
    "$a?->b();": "?->",
    "final class A { public readonly int $b; }": "readonly",
    "str_contains($a, $b);": "str_contains",
    "$a = new \\WeakMap();": "weakmap",
    "$a = 0o17;": "0o",
    "$a = $b ?? throw new E();": "throw in an expression",
    "class A { final const B = 1; }": "final const",
    "f(a: 1);": "named arguments",
    "$a = strlen(...);": "callables by ...",
    "echo $a::class;": "class of an object",
    "class A { const string B = ''; }": "constants with types",
    "class A { function __construct(private int $b) {} }": "promoted parameters",
    "function f($a = new B()) {}": "new in a default",
    "function f(int|string $a) {}": "types joined by |",
    "function f($a,) {}": "a comma after the last parameter",
    "function f(mixed $a) {}": "the type mixed",
    "function f(): never {}": "the type never",
    "function f(): static {}": "the type static",
    "try { f(); } catch (E) { g(); }": "catch without a variable",
}
KNOWN = [
    "$a = fn (?int $b = null): ?string => $b ? 'x' : null;",
    "class A { private ?int $b = null; const C = 1; public static function d(): self {} }",
    "switch ($a) { case B: f(...$c); default: throw new E(); }",
    "try { f($a, $b,); } catch (A | B $error) { throw $error; }",
    "$a ??= [...$b, E_ALL & ~E_NOTICE | 1_000]; if ($a) throw new E(); else throw new E();",
    "function f($a = null, bool $b = true, $c = false): array {} $d = $e ? F : G;",
]


def test_script_has_nothing_that_php_7_4_does_not_know() -> None:
    assert newer_than_7_4(program().decode()) == set()


@pytest.mark.parametrize(("source", "name"), NEWER.items(), ids=NEWER.values())
def test_newer_syntax_is_found(source: str, name: str) -> None:
    assert newer_than_7_4(f"<?php {source}") == {name}


@pytest.mark.parametrize("source", KNOWN)
def test_syntax_of_7_4_is_none_of_it(source: str) -> None:
    assert newer_than_7_4(f"<?php {source}") == set()
