"""Python 2 that light repair turns into Python 3, row for row."""

from __future__ import annotations

import pytest

from freezelint.sources.python2 import repair

NOT_REPAIRED = [
    "x = 1",
    "print('x')",
    "x = (1,",
    "print 'a' 'b",
    "print 'a'\nx = = 3",
    "'''\nprint x\n'''\nx = = 3",
]

REPAIRED = [
    ('print "x"', 'print("x")'),
    ("print x, y", "print(x, y)"),
    ("print x,", "print(x,)"),
    ("print'x'", "print('x')"),
    ("print  u'x' % y  # note", "print( u'x' % y)  # note"),
    ('print "a # b"; x = 1', 'print("a # b"); x = 1'),
    ("if x: print y\nelse: print 'a;b'", "if x: print(y)\nelse: print('a;b')"),
    ('print "%d" % (1,\n    2)\nx = 1', 'print("%d" % (1,\n    2))\nx = 1'),
    ("print 'a' \\\n    'b'", "print('a' \\\n    'b')"),
    ("print '''a\nprint b\n''' % c", "print('''a\nprint b\n''' % c)"),
    ("s = '''\nprint x\n'''\nprint s", "s = '''\nprint x\n'''\nprint(s)"),
    ("print >>f, x\nprint x", "print >>f, x\nprint(x)"),
    ("print ('a'), b\nprint c", "print ('a'), b\nprint(c)"),
    ("try:\n    f()\nexcept (A, B), e:\n    pass", "try:\n    f()\nexcept (A, B) as e:\n    pass"),
    ("raise E, 'no'", "raise E('no')"),
    ("x = `y` <> 10L", "x = repr(y) != 10 "),
    ("f(0755, [10L, `x`], a <> b, 0, '0755 <>')", "f(0o755, [10 , repr(x)], a != b, 0, '0755 <>')"),
    ("x = 0755", "x = 0o755"),
    ("x = ur'a'", "x =  r'a'"),
    ("exec 'x = 1'", "exec('x = 1')"),
    ("print `x`", "print(repr(x))"),
]


@pytest.mark.parametrize("text", NOT_REPAIRED)
def test_none_where_repair_does_not_help(text: str) -> None:
    assert repair(text) is None


@pytest.mark.parametrize(("text", "expected"), REPAIRED)
def test_repair(text: str, expected: str) -> None:
    assert repair(text) == expected
