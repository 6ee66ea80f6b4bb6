"""The file that the lesson on searching code begins with."""

NAME = "lending.py"

SOURCE = '''\
"""The desk of a library of things: tents, drills and board games are lent here."""

import csv
import re
from collections import Counter
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache

LOAN_DAYS = 14


@dataclass
class Loan:
    thing: str
    member: str
    due: date

    @property
    def title(self):
        return f"{self.thing} ({self.member})"


class Desk:
    """Who has what, and who waits for what."""

    def __init__(self):
        self.loans = {}
        self.queue = {}

    def lend(self, thing, member, today):
        """Hand a thing out, unless somebody else has it."""
        if thing in self.loans:
            raise ValueError(f"{thing} is out")
        self.loans[thing] = Loan(thing, member, today + timedelta(days=LOAN_DAYS))

    def take_back(self, thing):
        """Put a thing on the shelf again, and tell who is next in line for it."""
        del self.loans[thing]
        waiting = self.queue.get(thing, [])
        return waiting.pop(0) if waiting else None

    def reserve(self, thing, member):
        """Put a member on the waiting list for a thing."""
        self.queue.setdefault(thing, []).append(member)


def fee(loan, today, per_day=0.5, most=10.0):
    """The money that a member owes for keeping a thing past its date."""
    days = max(0, (today - loan.due).days)
    return min(days * per_day, most)


def reminder(loan):
    """The text of an e-mail that asks for a thing politely."""
    return f"Dear {loan.member}, please remember that our {loan.thing} was due on {loan.due}."


def favourites(loans, count=3):
    """The things that are borrowed most often."""
    return [thing for thing, _ in Counter(loan.thing for loan in loans).most_common(count)]


def read_members(path):
    """Load names and phone numbers from a spreadsheet that was saved as CSV."""
    with open(path, newline="") as file:
        return {row["name"]: clean_phone(row["phone"]) for row in csv.DictReader(file)}


def clean_phone(number):
    digits = re.sub(r"[^0-9+]", "", number)
    return "+44" + digits[1:] if digits.startswith("0") else digits


@lru_cache
def opening_hours(weekday):
    """When the doors are open; closed on Sundays and Mondays."""
    return None if weekday in (6, 0) else ("10:00", "18:00" if weekday < 5 else "14:00")


def closest_name(typed, names):
    """The name that was probably meant, where somebody made a spelling mistake."""

    def distance(a, b):
        row = list(range(len(b) + 1))
        for i, x in enumerate(a, 1):
            row, previous = [i], row
            for j, y in enumerate(b, 1):
                row.append(min(row[-1] + 1, previous[j] + 1, previous[j - 1] + (x != y)))
        return row[-1]

    return min(names, key=lambda name: distance(typed.lower(), name.lower()))
'''
