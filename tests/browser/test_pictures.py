"""Pictures in the page: found by words and by example, narrowed down, compared with phrases, kept."""

from __future__ import annotations

import csv
import io
import re
import zipfile
from pathlib import Path

import pytest
from PIL import Image
from playwright.sync_api import Page, Route, expect

from browser.app import AppPage, text_file
from data import photos
from data.pictures import bomb, encoded, picture

BAD = {"text.jpg": b"this is a text", "cut.jpg": b"", "empty.png": b"", "bomb.png": bomb()}
QUERIES = {
    "a dog running on grass": ("dog", "puppy"),
    "beach": ("beach", "sand", "ocean", "sea", "shore"),
    "a man on a bicycle": ("bicycle", "bike", "cyclist", "biker"),
    "food on a plate": ("food", "plate", "pizza", "meal", "cake", "sandwich", "bowl", "vegetable"),
}


@pytest.fixture
def album(app: AppPage, tmp_path: Path) -> AppPage:
    """The app with a few photos and a note."""
    dogs = photos.some(4, photos.clear("dog"))
    beaches = photos.some(4, photos.clear("beach"))
    photos.write(tmp_path / "album", [*dogs, *beaches])
    (tmp_path / "album" / "note.md").write_text("# A walk by the sea\n\nSand, waves and gulls all day long.")
    assert app.add_folder(tmp_path / "album") == "9 added"
    return app


def file_names(wanted: str) -> list[str]:
    return [Path(row["file"]).name for row in photos.some(4, photos.clear(wanted))]


def names(results: list[tuple[str, float]]) -> list[str]:
    return [Path(id).name for id, _ in results]


def test_a_folder_of_300_photos_is_searched_by_words(app: AppPage, tmp_path: Path) -> None:
    about = photos.write(tmp_path / "photos", photos.mixed())
    whole = (tmp_path / "photos" / next(iter(about))).read_bytes()
    for name, data in (BAD | {"cut.jpg": whole[:300]}).items():
        (tmp_path / "photos" / name).write_bytes(data)
    assert app.add_folder(tmp_path / "photos") == "300 added · 4 not added"
    for name in BAD:
        expect(app.report).to_contain_text(name)
    for query, words in QUERIES.items():
        best = names(app.search(query))[:3]
        right = [name for name in best if photos.says(about[name], *words)]
        assert len(right) >= 2, (query, [about[name]["captions"][:1] for name in best])
    assert app.page.locator(".results img").evaluate_all(
        "async all => { await Promise.all(all.map(one => one.decode())); return all.every(one => one.naturalWidth > 0); }"
    )


def test_photos_and_texts_are_ranked_apart(album: AppPage) -> None:
    results = album.search("the sea")
    shown = album.page.locator("#search-results")
    photos_of_it, texts = shown.get_by_role("list", name="Results: photos"), shown.get_by_role("list").last
    expect(photos_of_it.get_by_role("listitem")).to_have_count(8)
    assert set(names(results)[:4]) == set(file_names("beach"))
    expect(texts.get_by_role("listitem")).to_have_count(1)
    assert names(results)[-1] == "note.md"
    for first in (photos_of_it, texts):  # each list has its own ranks
        expect(first.get_by_role("listitem").first.locator("[data-field=standing]")).to_contain_text("rank 1")
    shown.get_by_role("button", name="Photos only").click()
    expect(shown.get_by_role("listitem")).to_have_count(8)
    expect(shown.get_by_role("heading", name="Texts")).to_be_hidden()
    kind = album.page.locator("#room-search").get_by_label("Show", exact=True)
    expect(kind).to_have_value("image")
    kind.select_option("text")
    expect(shown.get_by_role("listitem")).to_have_count(1)


def test_what_can_be_done_with_a_photo_shows_by_pointer_key_and_finger(album: AppPage) -> None:
    album.search("a dog")
    photo = album.page.locator("#search-results .gallery .result").nth(1)
    actions = photo.locator(".result-actions")
    expect(actions).to_have_css("opacity", "0")
    photo.hover()
    expect(actions).to_have_css("opacity", "1")
    album.page.mouse.move(0, 0)
    expect(actions).to_have_css("opacity", "0")
    photo.get_by_role("button", name="View").focus()
    expect(actions).to_have_css("opacity", "1")
    album.page.get_by_role("searchbox", name="Search by meaning").focus()
    expect(actions).to_have_css("opacity", "0")
    address = album.page.url
    photo.locator(".result-picture").dispatch_event("pointerdown", {"pointerType": "touch"})
    expect(actions).to_have_css("opacity", "1")
    photo.locator(".result-picture").dispatch_event("pointerup", {"pointerType": "touch"})
    photo.locator(".result-picture").dispatch_event("click")  # which the browser adds
    assert album.page.url == address
    photo.get_by_role("button", name="View").click()
    expect(album.page.get_by_role("dialog")).to_be_visible()


def test_it_is_asked_once_whether_to_keep_files_and_their_dates_are_fields(
    app: AppPage, tmp_path: Path
) -> None:
    page, notices = app.page, app.page.locator("#notices")
    rows = photos.some(2, photos.clear("dog"))
    taken = [with_date(photos.data_of(row), f"201{n}:05:01 10:00:00") for n, row in enumerate(rows)]
    files = [text_file(f"{n}.jpg", data, "image/jpeg") for n, data in enumerate(taken)]
    app.add_files(files[:1])
    expect(notices).to_contain_text("This 1 would take")
    notices.get_by_role("button", name="Keep the files").click()
    app.add_files(files[1:])
    expect(notices).to_be_empty()
    app.pick("1.jpg")
    expect(page.locator("#related-item .metadata").first).to_contain_text("date: 2011-05-01")
    expect(page.locator("#related-item [data-field=facts]").first).to_contain_text("the file is kept too")
    page.get_by_role("link", name="Collections", exact=True).click()
    expect(page.get_by_label("Keep the files of pictures")).to_be_checked()


def with_date(data: bytes, taken: str) -> bytes:
    """A photo with the date on which it was taken."""
    image, out, block = Image.open(io.BytesIO(data)), io.BytesIO(), Image.Exif()
    block[0x0132] = taken
    image.save(out, "JPEG", exif=block)
    return out.getvalue()


def test_more_like_this_and_search_with_a_picture(album: AppPage, tmp_path: Path) -> None:
    (dog,) = photos.some(5, photos.clear("dog"))[4:]
    example = tmp_path / "example.jpg"
    example.write_bytes(photos.data_of(dog))
    album.page.get_by_label("Search with a picture").first.set_input_files(example)
    expect(album.page.locator("#search-example")).to_contain_text("example.jpg")
    found = album.results()
    assert set(names(found)[:3]) <= set(file_names("dog"))
    row = album.page.locator("#search-results").get_by_role("listitem").first
    row.hover()
    row.get_by_role("link", name="More like this").click()
    expect(album.page.locator("#related-item h1")).to_have_text(names(found)[0])
    assert set(names(album.results())[:3]) == set(file_names("dog")) - {names(found)[0]}
    album.search("sand")
    expect(album.page.locator("#search-example")).to_be_hidden()


def test_a_bad_example_is_named(album: AppPage) -> None:
    bad = text_file("example.jpg", "no picture", "image/jpeg")
    album.page.get_by_label("Search with a picture").first.set_input_files([bad])
    expect(album.page.locator("#notices")).to_contain_text("example.jpg")


def test_pictures_are_kept_and_backed_up(album: AppPage, tmp_path: Path) -> None:
    before = album.search("a dog")
    album.reload()
    assert album.search("a dog") == before
    album.page.get_by_role("link", name="Collections", exact=True).click()
    with album.page.expect_download() as saving:
        album.page.get_by_role("button", name="Back up").click()
    saving.value.save_as(tmp_path / "notes.semblance")
    album.page.get_by_role("button", name="Delete").click()
    album.page.get_by_role("dialog").get_by_role("button", name="Delete").click()
    album.page.get_by_label("Restore a backup").set_input_files(tmp_path / "notes.semblance")
    expect(album.page.locator("#toasts")).to_contain_text("is restored")
    assert album.search("a dog") == before
    image = album.page.locator(".results img").first
    assert image.evaluate("async one => { await one.decode(); return one.naturalWidth; }") > 100
    assert album.add_folder(tmp_path / "album").endswith("9 unchanged")


def test_the_faucet_finder(app: AppPage, tmp_path: Path) -> None:
    catalogue = photos.some(
        40, lambda row: bool(row["zip"] == "magento.zip" and row.get("price") and row.get("title"))
    )
    about = photos.write(tmp_path / "shop", catalogue)
    with (tmp_path / "shop" / "products.csv").open("w", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["file", "title", "price", "link"])
        for name, row in about.items():
            writer.writerow([name, row["title"], row["price"], f"https://shop.example/{name}"])
    assert app.add_folder(tmp_path / "shop").startswith(f"{len(about)} added")
    dearest = max(about, key=lambda name: about[name]["price"])
    price = about[dearest]["price"]
    app.page.get_by_role("link", name=re.compile(re.escape(dearest))).first.click()
    expect(app.page.locator("#related-item h1")).to_have_text(about[dearest]["title"])
    app.page.get_by_role("button", name=f"price below {price}").click()
    expect(app.page.locator("#related-item .results").first).to_be_visible()
    expect(app.page.locator("#related-item [data-field=note]")).to_contain_text(f"price is less than {price}")
    found = app.results()
    assert found
    assert all(about[name]["price"] < price for name in names(found))
    scores = [score for _, score in found]
    assert scores == sorted(scores, reverse=True)
    app.page.locator("#related-item").get_by_label("Order", exact=True).select_option(
        label="price, lowest first"
    )
    expect(app.page.locator("#related-item [data-field=note]")).to_contain_text("lowest first")
    prices = [about[name]["price"] for name in names(app.results())]
    assert prices == sorted(prices)
    link = app.page.get_by_role("link", name="Open its page").first
    assert (link.get_attribute("href") or "").startswith("https://shop.example/")


def test_one_picture_against_phrases(album: AppPage) -> None:
    name = file_names("dog")[0]
    album.page.get_by_role("list", name="Items").get_by_role("link", name=name).click()
    album.page.get_by_role("link", name="Compare with phrases").click()
    table = album.page.get_by_role("table", name="How well each phrase fits the picture")
    expect(table.get_by_role("row").nth(1)).to_contain_text("a dog")
    album.page.get_by_label("Phrases, one a line").fill("a plate of soup\na bridge at night\na dog")
    expect(table.get_by_role("row")).to_have_count(4)
    expect(table.get_by_role("row").nth(1)).to_contain_text("a dog")
    shares = table.evaluate("t => [...t.rows].slice(1).map(r => parseFloat(r.cells[2].textContent))")
    assert sum(shares) == pytest.approx(100, abs=0.3)


def test_many_pictures_against_many_phrases(album: AppPage, tmp_path: Path) -> None:
    album.page.get_by_role("link", name="Compare", exact=True).click()
    files = [tmp_path / "album" / file_names(kind)[0] for kind in ("dog", "beach")]
    album.page.get_by_label("Pictures to compare with phrases").set_input_files(files)
    album.page.get_by_label("Phrases, one a line").fill("a dog\na beach with waves")
    table = album.page.get_by_role("table", name="How well each phrase fits each picture: cosine")
    expect(table.locator("td")).to_have_count(4)
    expect(table.get_by_role("row").nth(1).locator(".best")).to_have_count(1)
    best = table.evaluate(
        "t => [...t.rows].slice(1).map(r => [...r.cells].findIndex(c => c.className === 'best'))"
    )
    assert best == [1, 2]
    album.page.get_by_label("share of these phrases").check()
    table = album.page.get_by_role("table", name="How well each phrase fits each picture: share")
    sums = table.evaluate(
        "t => [...t.rows].slice(1).map(r => [...r.cells].slice(1).reduce((s, c) => s + parseFloat(c.textContent), 0))"
    )
    assert sums == pytest.approx([100, 100], abs=0.3)
    album.page.get_by_role("button", name=f"Remove {files[0].name}").click()
    expect(album.page.get_by_role("table", name="How well each phrase fits the picture")).to_be_visible()


def test_originals_are_kept_only_if_wanted(app: AppPage, tmp_path: Path) -> None:
    dog, other = photos.some(2, photos.clear("dog"))
    photos.write(tmp_path, [dog, other])
    first, second = (tmp_path / Path(row["file"]).name for row in (dog, other))
    app.add_files([first])
    app.page.get_by_role("link", name="Collections", exact=True).click()
    app.page.get_by_label("Keep the files of pictures too").check()
    app.add_files([second])
    kept = app.python(
        "from semblance.browser.start import running\n"
        "c = await running().collection('notes')\n"
        "[len(r.picture.original) for r in await c.get(c.ids(), pictures='originals')]"
    )
    assert sorted(kept) == [0, second.stat().st_size]


def test_the_javascript_api_takes_pictures(page: Page, site: str, watch: object, tmp_path: Path) -> None:
    dogs = photos.some(2, photos.clear("dog"))
    beaches = photos.some(1, photos.clear("beach"))
    page.goto(site + "blank.html")
    found = page.evaluate(
        """async (files) => {
            const { semblance } = await import("./static/js/semblance.js");
            const blobs = files.map((bytes) => new Blob([new Uint8Array(bytes)], { type: "image/jpeg" }));
            const { imageModel } = await semblance.ready;
            const c = await semblance.collection("pictures");
            const items = [
                { id: "dog", blob: blobs[0], metadata: { price: 3 } },
                { id: "beach", blob: blobs[2] },
                { id: "text", content: "Dogs like to run." },
                { id: "bad", blob: new Blob(["no"], { type: "image/png" }) },
            ];
            const report = await c.embedMulti(items);
            const alike = await c.similar(blobs[1], { number: 1 });
            const pair = [await semblance.similarity(blobs[0], blobs[1]), await semblance.similarity(blobs[2], blobs[1])];
            const cross = [await semblance.similarity(blobs[0], "a dog"), await semblance.similarity("a dog", blobs[2])];
            const wrong = await semblance.similarity(blobs[0], 42).catch((error) => error.type);
            return { imageModel, report, alike, pair, cross, wrong };
        }""",
        [list(photos.data_of(row)) for row in (*dogs, *beaches)],
    )
    assert found["imageModel"]
    assert (found["report"]["added"], [f["id"] for f in found["report"]["failed"]]) == (3, ["bad"])
    assert found["report"]["failed"][0]["error"]["type"] == "NotAnImage"
    assert found["alike"][0]["id"] == "dog"
    assert found["alike"][0]["metadata"] == {"price": 3}
    assert found["pair"][0] > found["pair"][1]
    assert found["cross"][0] > found["cross"][1]
    assert found["wrong"] == "UnsupportedFormat"


NOISE = """const read = OffscreenCanvasRenderingContext2D.prototype.getImageData;
OffscreenCanvasRenderingContext2D.prototype.getImageData = function (...place) {
  const pixels = read.apply(this, place);
  pixels.data[40] ^= 1;
  return pixels;
};
"""


def test_a_browser_that_answers_with_noise_is_found_out(app: AppPage) -> None:
    def with_noise(route: Route) -> None:
        response = route.fetch()
        route.fulfill(response=response, body=response.text() + NOISE)

    app.page.route("**/image.worker.js", with_noise)
    assert (
        app.add_files([text_file("a.png", encoded(picture(), "PNG"), "image/png")]) == "0 added · 1 not added"
    )
    expect(app.report).to_contain_text("a.png: this browser changes the pixels of pictures")


def test_an_archive_of_photos_beyond_50_mb_is_read_from_its_list(app: AppPage, tmp_path: Path) -> None:
    photo = encoded(picture(), "JPEG")
    with zipfile.ZipFile(tmp_path / "album.zip", "w") as archive:
        for number in range(3):
            archive.writestr(f"album/IMG_{number}.jpg", photo + bytes([number]) * 18_000_000)
        archive.writestr("tea.md", "# Tea\n\nBoil water.")
        archive.writestr("clip.mp4", b"film")
    assert app.add_files([tmp_path / "album.zip"]) == "4 added · 1 not added"
    expect(app.report).to_contain_text("album.zip/clip.mp4: it is a video")
    app.page.get_by_role("link", name="Related", exact=True).click()
    expect(app.page.get_by_role("list", name="Items").get_by_role("listitem")).to_have_count(4)
