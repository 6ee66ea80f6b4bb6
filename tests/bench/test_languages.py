"""Sections found by their headings, and what a first visit loads, on a few sections made up here."""

from __future__ import annotations

import json

import numpy as np

from semblance.models.text_manifest import read_text_manifest
from semblance.parts.models import Model
from semblance_build.benchmark import languages

ROWS = [
    {"id": "a", "lang": "en", "heading": "Bread", "text": "Dough rises when it is warm."},
    {"id": "b", "lang": "en", "heading": "Notes", "text": "An index makes queries fast."},
    {"id": "c", "lang": "en", "heading": "Notes", "text": "Commit before you switch branches."},
    {"id": "a", "lang": "zh-Hans", "heading": "面包", "text": "面团在温暖的地方会发起来。"},
    {"id": "b", "lang": "zh-Hans", "heading": "数据库", "text": "索引让查询变快。"},
]
SECTIONS = languages.read_sections([json.dumps(row) for row in ROWS])


def test_a_section_with_the_same_heading_is_right_too() -> None:
    english, chinese = SECTIONS["en"], SECTIONS["zh-Hans"]
    assert languages.wanted(english, english).tolist() == [[1, 0, 0], [0, 1, 1], [0, 1, 1]]
    assert languages.wanted(chinese, english).tolist() == [[1, 0, 0], [0, 1, 1]]
    assert languages.wanted(english, chinese).tolist() == [[1, 0], [0, 1], [0, 0]]


def test_a_heading_without_a_right_section_does_not_count() -> None:
    scores = np.array([[1, 0], [1, 0], [1, 0]], np.float32)
    right = languages.wanted(SECTIONS["en"], SECTIONS["zh-Hans"])
    assert languages.recall(scores, right, 1) == 0.5
    assert languages.recall(scores, right, 10) == 1


def test_a_visit_loads_only_what_its_texts_need(multilingual_model: Model) -> None:
    figures = languages.visits(multilingual_model, SECTIONS)
    by_name = {
        figure.name.removeprefix("first visit that embeds the sections in "): figure for figure in figures
    }
    requests = {name: by_name[f"{name}, requests"].ours[0] for name in ("en", "zh-Hans", "en and zh-Hans")}
    assert 3 < requests["en"] < 60
    assert max(requests["en"], requests["zh-Hans"]) < requests["en and zh-Hans"] < sum(requests.values()) / 2
    described = read_text_manifest(multilingual_model.manifest)
    assert described.word_table is not None
    always = [described.model_file, described.word_table.vocabulary]
    least = sum(multilingual_model.files[file].stat().st_size for file in always) / 1e6
    assert least < by_name["en, of the model"].ours[0] < least + 54 / 10
