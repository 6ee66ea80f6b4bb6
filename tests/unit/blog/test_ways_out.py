"""Which posts are listed, and the other places that lists go to."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing

import numpy as np
import pytest

from semblance.blog.neighbours import Candidates, neighbours
from semblance.ranking.vectors import cosine_matrix, quantize
from unit.blog.support import COFFEE, SAILING, TEA, TIDES, Site, output, page


def dated(title: str, text: str, date: str, series: str = "") -> str:
    head = f'<meta property="article:published_time" content="{date}">'
    return page(title, text, head=head + f'<meta name="semblance:series" content="{series}">' * bool(series))


def test_data_for_templates(site: Site) -> None:
    folder = site.root.parent / "data"
    assert site.four().run("--data", str(folder), "--data", str(site.root.parent / "_data")) == 0
    assert json.loads((folder / "semblance_related.json").read_bytes()) == site.json("data/related.json")
    assert (site.root.parent / "_data/semblance_related.json").exists()


def test_the_table_of_similarities(site: Site, capsys: pytest.CaptureFixture[str]) -> None:
    file = site.root.parent / "tils.db"
    with closing(sqlite3.connect(file)) as database:
        database.execute("CREATE TABLE til (path TEXT)")
        database.execute(
            "CREATE TABLE similarities (id TEXT, other_id TEXT, score FLOAT, PRIMARY KEY (id, other_id))"
        )
        database.execute("INSERT INTO similarities VALUES ('old', 'older', 1)")
        database.commit()
    assert site.four().run("--sqlite", str(file), "--number", "1") == 0
    with closing(sqlite3.connect(file)) as database:
        rows = database.execute("SELECT id, other_id, score FROM similarities ORDER BY id").fetchall()
        assert database.execute("SELECT count(*) FROM til").fetchone() == (0,)
    assert [row[:2] for row in rows] == [
        ("posts/coffee", "posts/tea"),
        ("posts/sailing", "posts/tides"),
        ("posts/tea", "posts/coffee"),
        ("posts/tides", "posts/sailing"),
    ]
    assert all(0 < score < 1 for *_, score in rows)
    before = site.files()
    file.write_bytes(b"no database " * 100)
    assert site.run("--sqlite", str(file)) == 1
    assert "the table can't be written" in output(capsys)
    assert site.files() == before


def test_related_posts_only(site: Site) -> None:
    assert site.four().run("--no-search") == 0
    assert site.json("index.json")["languages"] == {}
    assert not any(name.startswith(("posts-", "vectors-", "engine-")) for name in site.files())
    assert site.related("posts/tea")


def test_number_and_threshold(site: Site) -> None:
    site.four()
    assert site.run("--number", "2", "--threshold", "-1") == 0
    assert len(site.related("posts/tea")) == 2
    assert site.run("--threshold", "0.99") == 0
    assert site.related("posts/tea") == []


def test_a_post_with_the_same_text_is_listed_once_and_never_with_its_twin(
    site: Site, capsys: pytest.CaptureFixture[str]
) -> None:
    site.four().write("zopied.html", page("Tea", TEA))
    assert site.run("--threshold", "-1") == 0
    assert "duplicate: 1\n    zopied (of posts/tea)" in output(capsys)
    assert "zopied.html" not in site.related("posts/coffee")
    assert site.related("posts/tea") == site.related("zopied")
    assert site.related("posts/tea")[0] == "posts/coffee/"


def test_nearly_the_same_text_is_listed_once(site: Site) -> None:
    long = f"{TEA} {TIDES} {SAILING}"
    site.four().write("long-1.html", page("Long", long)).with_name("x")
    site.write("long-2.html", page("Long", long.replace("Green", "green!")))
    assert site.run("--threshold", "-1") == 0
    listed = site.related("posts/coffee")
    assert sum(url.startswith("long-") for url in listed) == 1
    assert not any(url.startswith("long-") for url in site.related("long-1"))


def test_not_older_than(site: Site) -> None:
    site.write("new.html", dated("New", TEA, "2024-06-01"))
    site.write("mid.html", dated("Mid", COFFEE, "2023-01-01"))
    site.write("old.html", dated("Old", TIDES, "2010-01-01"))
    site.write("undated.html", page("Undated", SAILING))
    options = ("--threshold", "-1", "--not-older-than")
    assert site.run(*options, "2y") == 0
    assert sorted(site.related("new")) == ["mid.html", "undated.html"]
    assert sorted(site.related("old")) == ["mid.html", "new.html", "undated.html"]
    assert site.run(*options, "2024") == 1
    assert site.run(*options, "2024-01-01") == 0
    assert site.related("mid") == ["undated.html", "new.html"] or sorted(site.related("mid")) == [
        "new.html",
        "undated.html",
    ]


def test_the_same_series(site: Site) -> None:
    site.write("one.html", dated("One", TEA, "2024-06-01", "Drinks"))
    site.write("two.html", dated("Two", TIDES, "2024-06-02", "Drinks"))
    site.write("three.html", dated("Three", COFFEE, "2024-06-03"))
    assert site.run("--threshold", "-1", "--same-series") == 0
    assert site.related("one") == ["two.html"]
    assert len(site.related("three")) == 2


def clusters(count: int, seed: int = 1) -> np.ndarray:
    """Vectors of shape (count, 32) in groups of eight."""
    random = np.random.default_rng(seed)
    centres = random.standard_normal((count // 8 + 1, 32))
    return centres[np.arange(count) // 8] + 0.7 * random.standard_normal((count, 32))


def test_neighbours_are_the_exact_best_cosines() -> None:
    codes = quantize(clusters(1200))
    scores = cosine_matrix(codes)
    np.fill_diagonal(scores, -np.inf)
    lists = list(neighbours(codes, 5, candidates=Candidates.all(1200), threshold=-1))
    best = np.sort(scores, axis=1)[:, ::-1][:, :5]
    assert np.allclose([[neighbour.score for neighbour in listed] for listed in lists], best, atol=1e-6)
    assert all(row not in [neighbour.row for neighbour in listed] for row, listed in enumerate(lists))


def test_diversity_lists_posts_that_differ_from_each_other() -> None:
    codes = quantize(clusters(400))
    alike = cosine_matrix(codes)

    def spread(diversity: float) -> float:
        lists = neighbours(codes, 4, candidates=Candidates.all(400), threshold=-1, diversity=diversity)
        rows = [[neighbour.row for neighbour in listed] for listed in lists]
        return float(np.mean([alike[np.ix_(row, row)][np.triu_indices(4, 1)].mean() for row in rows]))

    assert spread(0.0) > spread(0.3) > spread(0.6)


@pytest.mark.parametrize("seed", range(3))
def test_lists_do_not_depend_on_the_order_of_sums(seed: int) -> None:
    codes = quantize(clusters(300, seed))
    turned = codes[:, np.random.default_rng(seed).permutation(codes.shape[1])]
    both = [list(neighbours(vectors, 5, candidates=Candidates.all(300))) for vectors in (codes, turned)]
    assert both[0] == both[1]
