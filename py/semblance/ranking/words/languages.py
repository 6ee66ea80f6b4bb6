"""Which language a text is written in, as far as its words' stems and stop words need it.

The stop words do both: they tell the language, and they are left out of queries. A language is its code in BCP 47.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

STOP_WORDS: dict[str, frozenset[str]] = {
    language: frozenset(words.split())
    for language, words in {
        "en": "a about after all also an and any are as at be been but by can could did do does for from had has"
        " have how i if in into is it its me more my no not of on or our out so some such than that the their"
        " them then there these they this to up was we were what when where which who why will with would you"
        " your",
        "de": "aber als am an auch auf aus bei bin bis da das dass dem den der des die doch du durch ein eine einem"
        " einen einer es für hat ich ihr im in ist kann man mit nach nicht noch nur oder sich sie sind so über"
        " um und von vor was wenn wer werden wie wir wird zu zum zur",
        "fr": "à au aux avec ce ces cette comme dans de des du elle en est et être il ils je la le les leur lui"
        " mais ne nous on ont ou où par pas plus pour qu que qui sa se ses son sont sur un une vous",
        "es": "a al como con de del el ella en entre es esta este ha hay la las le lo los más me mi muy no nos o"
        " para pero por que se sin sobre son su sus también un una y ya",
        "it": "a ai al alla anche che ci come con da dal dei del della delle di e è gli ha i il in io la le lo ma"
        " mi nel nella non o per più se si sono su un una",
        "pt": "a ao aos as com como da das de do dos e é ela ele em entre esta este foi há isso já mais mas me na"
        " não nas no nos o os ou para pela pelo por que se sem seu sua são também um uma",
        "nl": "aan als bij dat de die dit door een en er het hij ik in is je kan maar met naar niet nog of om ook"
        " op over te tot uit van voor was wat we wel wordt ze zijn zo",
        "sv": "att av de den det du efter en ett från för han har hon i inte jag kan man med men när och om på som"
        " så till var vi är över",
        "da": "af at da de den der det du efter en er et for fra han har hun i ikke jeg kan man med men nu når og"
        " om på som så til var vi ved",
        "no": "av at da de den der det du etter en er et for fra han har hun i ikke jeg kan man med men nå når og"
        " om på som så til var vi ved",
        "fi": "ei että ja joka jos kanssa kuin kun mutta myös ne niin nyt ole oli on se sekä tai tämä vain voi",
        "ru": "а без бы был была были было быть в вы где для до его ее если есть еще же за и из или их к как ко"
        " когда кто ли между мы на не нет но о об он она они от по под при с со так то только у уже что чтобы"
        " это я",
    }.items()
}

_LETTERS = re.compile(r"[^\W\d_]+")
_HEAD = 4_000  # so many characters tell the language
_ENOUGH = 2  # so many stop words are evidence


def language_of(text: str) -> str:
    """The language whose stop words are the most frequent in a text, as a key of `STOP_WORDS`.

    A text without evidence is taken for English if it is in plain Latin letters, else for none ("").

    Examples
    --------
    >>> language_of("The moon pulls the sea, and so the water comes in twice a day.")
    'en'
    >>> language_of("Der Mond zieht am Meer, und so kommt das Wasser zweimal am Tag."), language_of("潮汐")
    ('de', '')
    """
    words = _LETTERS.findall(text[:_HEAD].lower())
    counts = {language: sum(word in stop for word in words) for language, stop in STOP_WORDS.items()}
    best = max(counts, key=lambda language: counts[language])
    if counts[best] >= _ENOUGH:
        return best
    return "en" if words and all(word.isascii() for word in words) else ""


def is_stop_word(word: str) -> bool:
    """Whether it is a stop word of any language."""
    return any(word in words for words in STOP_WORDS.values())


def without_stop_words(words: Iterable[str]) -> list[str]:
    """The words that say what a text is about; all of them where it has no other."""
    words = list(words)
    return [word for word in words if not is_stop_word(word)] or words
