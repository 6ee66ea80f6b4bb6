"""Numbers on a command line: what is no such number is answered with what is wanted."""

from __future__ import annotations

import argparse
from collections.abc import Callable


def whole_number(low: int, high: int) -> Callable[[str], int]:
    """What reads a whole number of this range, both ends in it.

    Examples
    --------
    >>> whole_number(0, 1000)("12")
    12
    >>> whole_number(0, 1000)("abc")
    Traceback (most recent call last):
    argparse.ArgumentTypeError: 'abc' is not a whole number from 0 to 1000
    """

    def read(text: str) -> int:
        try:
            number = int(text)
        except ValueError:
            number = low - 1
        if not low <= number <= high:
            raise argparse.ArgumentTypeError(f"{text!r} is not a whole number from {low} to {high}")
        return number

    return read


def cosine(text: str) -> float:
    """A number from -1 to 1.

    Examples
    --------
    >>> cosine("nan")
    Traceback (most recent call last):
    argparse.ArgumentTypeError: 'nan' is not a cosine: a number from -1 to 1
    """
    number = _number(text)
    if number is None or not -1 <= number <= 1:
        raise argparse.ArgumentTypeError(f"{text!r} is not a cosine: a number from -1 to 1")
    return number


def share(text: str) -> float:
    """A number from 0 to below 1.

    Examples
    --------
    >>> share("1")
    Traceback (most recent call last):
    argparse.ArgumentTypeError: '1' is not a number from 0 to below 1
    """
    number = _number(text)
    if number is None or not 0 <= number < 1:
        raise argparse.ArgumentTypeError(f"{text!r} is not a number from 0 to below 1")
    return number


def nth(text: str) -> tuple[int, int]:
    """One of several, such as 3/8.

    Examples
    --------
    >>> nth("3/8")
    (3, 8)
    >>> nth("0/8")
    Traceback (most recent call last):
    argparse.ArgumentTypeError: '0/8' is not one of several, such as 3/8
    """
    number, _, of = text.partition("/")
    if not (number.isdecimal() and of.isdecimal() and 1 <= int(number) <= int(of)):
        raise argparse.ArgumentTypeError(f"{text!r} is not one of several, such as 3/8")
    return int(number), int(of)


def _number(text: str) -> float | None:
    try:
        return float(text)
    except ValueError:
        return None
