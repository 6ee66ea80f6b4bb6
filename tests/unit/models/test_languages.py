"""Which texts a model of English knows: short notes in many languages, and all languages of the shared data."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from semblance.models.languages import ANY, choose, evidence, knows, unknown_share
from semblance.parts.paths import ROOT

NOTES = Path(__file__).parents[2] / "data" / "notes"
SHARED = ROOT.parent / "shared" / "data"
SECTIONS = SHARED / "languages" / "sections.jsonl"
CACM = SHARED / "judged" / "cacm-documents.jsonl"

ENGLISH = [
    "The dough did not rise last night. I think the yeast was too old, so I will buy fresh yeast tomorrow.",
    "Call the plumber about the kitchen sink before Friday, and ask whether he can also look at the boiler.",
    "My grandmother's café in Zürich closed in 1987. She always said that the naïve ones stay poor and happy.",
    "Set `max_connections` to 200 in postgresql.conf, restart the server, then check pg_stat_activity for idle sessions.",
    "Learned a new word today: 木漏れ日, the light that falls through leaves. There is nothing like it in English.",
    "Oranges, lemons, two kilos of flour, a pack of butter, bin bags, dishwasher tablets, and something for the cat.",
    "We walked along the beach until the tide came in and had to climb over the rocks with wet shoes.",
    "Meeting with Ana: she wants the report by Monday, shorter, with one chart for each region and no jargon.",
]
OTHERS = {
    "de": [
        "Morgen früh den Klempner anrufen, weil der Abfluss in der Küche verstopft ist und das Wasser nicht mehr abläuft.",
        "Wir sind am Strand entlang gelaufen, bis die Flut kam, und mussten mit nassen Schuhen zum Parkplatz klettern.",
        "Die alte Lampe braucht einen neuen Schalter. Im Baumarkt hatten sie nur weisse, ich wollte aber einen schwarzen.",
        "Server neu gestartet, danach lief der Container wieder. Ursache war ein voller Datentraeger, Logs jetzt rotiert.",
    ],
    "fr": [
        "La réunion de mardi est reportée, il faut prévenir toute la classe et réserver une autre salle avant vendredi.",
        "Nous avons marché le long de la plage jusqu'à la marée haute, puis il a fallu grimper sur les rochers.",
        "Acheter deux kilos de farine, du beurre, des citrons, un sac pour les ordures et quelque chose pour le chat.",
    ],
    "es": [
        "Caminamos por la playa hasta que subió la marea y tuvimos que trepar por las rocas con los zapatos mojados.",
        "Comprar dos kilos de harina, mantequilla, limones, bolsas de basura y algo para el gato de la vecina.",
    ],
    "pt": [
        "Amanhã ligar para o encanador porque a pia da cozinha está entupida e a água não desce mais desde ontem.",
        "Andamos pela praia até a maré subir e tivemos que passar por cima das pedras com os sapatos molhados.",
    ],
    "it": ["Abbiamo camminato lungo la spiaggia finché è salita la marea, poi siamo tornati a casa con le scarpe bagnate."],
    "nl": ["Morgen de loodgieter bellen omdat de afvoer in de keuken verstopt zit en het water niet meer wegloopt."],
    "pl": ["Jutro trzeba zadzwonić do hydraulika, bo zlew w kuchni jest zapchany i woda od wczoraj nie spływa."],
    "tr": ["Yarın sabah tesisatçıyı aramam lazım, mutfaktaki lavabo tıkandı ve su dünden beri hiç akmıyor maalesef."],
    "id": ["Besok pagi harus menelepon tukang karena wastafel di dapur tersumbat dan airnya tidak mau turun sejak kemarin."],
    "vi": ["Sáng mai phải gọi thợ sửa ống nước vì bồn rửa trong bếp bị tắc, nước không thoát từ hôm qua."],
    "ko": ["내일 아침에 배관공에게 전화해야 한다. 부엌 싱크대가 막혀서 어제부터 물이 내려가지 않는다."],
    "ru": ["Завтра утром позвонить сантехнику: раковина на кухне забилась, и вода не уходит со вчерашнего дня."],
    "ar": ["غدا صباحا يجب أن أتصل بالسباك لأن حوض المطبخ مسدود والماء لا ينزل منذ يوم أمس."],
    "hi": ["कल सुबह प्लंबर को फ़ोन करना है क्योंकि रसोई का सिंक बंद है और कल से पानी नहीं उतर रहा।"],
    "th": ["พรุ่งนี้เช้าต้องโทรหาช่างประปา เพราะอ่างล้างจานในครัวตัน น้ำไม่ไหลลงตั้งแต่เมื่อวาน"],
    "he": ["מחר בבוקר צריך להתקשר לשרברב כי הכיור במטבח סתום והמים לא יורדים מאתמול."],
    "el": ["Αύριο το πρωί πρέπει να πάρω τηλέφωνο τον υδραυλικό γιατί ο νεροχύτης της κουζίνας βούλωσε."],
}  # fmt: skip


@pytest.mark.parametrize("text", ENGLISH)
def test_english_notes_are_known(text: str) -> None:
    assert evidence(text).is_english


@pytest.mark.parametrize(("language", "text"), [(code, text) for code in OTHERS for text in OTHERS[code]])
def test_other_notes_are_not(language: str, text: str) -> None:
    assert not evidence(text).is_english


@pytest.mark.parametrize("language", ["de", "ja", "zh-Hant"])
def test_each_of_the_notes_on_topics_is_foreign(language: str) -> None:
    topics = json.loads((NOTES / f"{language}.json").read_text(encoding="utf-8"))
    assert [text for texts in topics.values() for text in texts if evidence(text).is_english] == []


@pytest.mark.parametrize(
    "query", ["tides", "café opening hours", "résumé", "C++ templates", "das keyboard", "Buy milk", ""]
)
def test_little_evidence_is_none(query: str) -> None:
    """A short text is not called foreign for one word."""
    assert evidence(query).is_english


@pytest.mark.parametrize(
    "query", ["潮汐", "麵包發不起來", "ревю кода", "gezeiten für anfänger", "où est la clé", "한국어"]
)
def test_a_short_query_in_another_language_is_foreign(query: str) -> None:
    assert not evidence(query).is_english


def test_a_model_of_any_language_knows_all() -> None:
    assert knows(ANY, "月亮牽引海水。")
    assert knows({"de", "fr"}, "月亮牽引海水。")  # nobody can say
    assert not knows({"en"}, "月亮牽引海水。")
    assert unknown_share(ANY, ["月亮牽引海水。"]) == 0


def test_a_few_foreign_texts_do_not_change_the_model_of_a_collection() -> None:
    models = {"english": {"en"}, "all": ANY}
    chinese = "月亮牽引海水，太陽也是。"
    assert choose(models, ENGLISH * 3 + [chinese]) == "english"
    assert choose(models, [*ENGLISH[:2], chinese]) == "all"
    assert choose({"english": {"en"}}, [chinese]) == "english"


def stretches(text: str) -> Iterator[str]:
    """A text in pieces of 20 words; two characters of Chinese or Japanese are one."""
    words = re.findall(r"[\u3040-\u30ff\u3400-\u9fff]{1,2}\S?|[^\s\u3040-\u30ff\u3400-\u9fff]+|\s+", text)
    visible = 0
    piece = ""
    for word in words:
        piece += word
        visible += not word.isspace()
        if visible == 20:
            yield piece
            visible, piece = 0, ""


@pytest.mark.skipif(not SECTIONS.exists(), reason="the shared data is not here")
@pytest.mark.parametrize("language", ["en", "zh-Hans", "zh-Hant", "ja", "ko", "ru", "fr"])
def test_twenty_words_of_a_manual_are_enough(language: str) -> None:
    sections = map(json.loads, SECTIONS.read_text(encoding="utf-8").splitlines())
    texts = [section["text"] for section in sections if section["lang"] == language]
    pieces = [piece for text in texts for piece in stretches(text)]
    assert len(pieces) > 1000
    assert sum(evidence(piece).is_english == (language == "en") for piece in pieces) / len(pieces) >= 0.98


@pytest.mark.skipif(not CACM.exists(), reason="the shared data is not here")
def test_abstracts_of_computer_science_are_english() -> None:
    texts = [json.loads(line)["text"] for line in CACM.read_text(encoding="utf-8").splitlines()]
    pieces = [piece for text in texts for piece in stretches(text)]
    assert sum(evidence(piece).is_english for piece in pieces) / len(pieces) >= 0.99
