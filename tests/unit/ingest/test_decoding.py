from __future__ import annotations

import codecs
import random

import pytest

from semblance.errors import InputError, NotText, UnknownEncoding
from unit.ingest.support import error_of, read_all, read_one

FRENCH = "Le café était très cher : où êtes-vous allés cet été ? Ça coûte vingt francs. C’est déjà l’hôtel.\n"
GERMAN = (
    "Grüße aus München! Das Mädchen hört über die Straße, größer als früher. Öl und Übermut, „wörtlich“.\n"
)

LANGUAGES = {
    "cp1252 French": ("cp1252", FRENCH),
    "latin-1 French": ("latin-1", FRENCH.replace("’", "'")),
    "cp1252 German": ("cp1252", GERMAN),
    "latin-1 short": ("latin-1", "Café crème"),
    "latin-1 one letter": ("latin-1", "A cafe, or café"),
    "latin-1 Spanish": ("latin-1", "¿Cómo está el niño? ¡Mañana será otro día en España, señora!"),
    "latin-1 Portuguese": ("latin-1", "A informação não está disponível. São Paulo é o coração econômico."),
    "latin-1 Swedish": ("latin-1", "Smörgåsbord på svenska är gott. Köttbullar från Göteborg."),
    "latin-1 Danish": ("latin-1", "Rødgrød med fløde på en ø. Æbler og pærer, så går vi."),
    "latin-1 several": (
        "latin-1",
        "Rødgrød, Straße, España, forêt, città, São: many words in plain English here.",
    ),
    "cp1250 Polish": ("cp1250", "Zażółć gęślą jaźń. Książka leży na stole, proszę mówić wolniej."),
    "latin-2 Czech": ("iso8859_2", "Příliš žluťoučký kůň úpěl ďábelské ódy. Dobrý den, jak se máte dnes?"),
    "cp1254 Turkish": ("cp1254", "Türkçe güzel bir dildir. İstanbul'da yaşıyorum, şimdi çalışıyorum. Ağaç."),
    "cp1251 Russian": (
        "cp1251",
        "Съешь же ещё этих мягких французских булок, да выпей чаю. Как дела сегодня? " * 2,
    ),
    "koi8-r Russian": (
        "koi8_r",
        "Съешь же ещё этих мягких французских булок, да выпей чаю. Как дела сегодня? " * 2,
    ),
    "cp1253 Greek": ("cp1253", "Η γρήγορη αλεπού πηδάει πάνω από το τεμπέλικο σκυλί και φεύγει μακριά. " * 2),
    "Shift JIS": (
        "cp932",
        "こんにちは、世界。これは日本語のテキストです。漢字とカタカナも含まれています。" * 2,
    ),
    "EUC-JP": (
        "euc_jp",
        "こんにちは、世界。これは日本語のテキストです。漢字とカタカナも含まれています。" * 2,
    ),
    "ISO-2022-JP": ("iso2022_jp", "こんにちは、世界。これは日本語のテキストです。"),
    "GB 18030": (
        "gb18030",
        "你好，世界。这是一个中文文本，用于测试编码检测。我们今天去公园散步，天气很好。" * 2,
    ),
    "Big5": ("big5", "你好，世界。這是一個中文文本，用於測試編碼檢測。我們今天去公園散步，天氣很好。" * 2),
    "UTF-16 without a mark": ("utf-16-le", FRENCH),
    "UTF-16 BE without a mark": ("utf-16-be", GERMAN),
    "UTF-16 without a mark, Russian": (
        "utf-16-le",
        "Съешь же ещё этих мягких французских булок, да выпей чаю.\n" * 9,
    ),
}


@pytest.mark.parametrize("case", LANGUAGES)
def test_old_encodings_come_out_right_and_are_noted(case: str) -> None:
    codec, text = LANGUAGES[case]
    document = read_one("a.txt", text.encode(codec))
    assert document.content == text
    assert "(guessed)" in document.note or codec == "iso2022_jp"


def test_the_note_names_the_encoding() -> None:
    assert read_one("a.md", FRENCH.encode("cp1252")).note == "decoded as windows-1252 (guessed)"


def test_the_telling_lines_may_be_far_down() -> None:
    text = "plain English\n" * 300_000 + FRENCH
    assert read_one("a.txt", text.encode("cp1252")).content == text


@pytest.mark.parametrize(
    ("mark", "codec"),
    [
        (codecs.BOM_UTF8, "utf-8"),
        (codecs.BOM_UTF16_LE, "utf-16-le"),
        (codecs.BOM_UTF16_BE, "utf-16-be"),
        (codecs.BOM_UTF32_LE, "utf-32-le"),
        (codecs.BOM_UTF32_BE, "utf-32-be"),
    ],
)
def test_byte_order_marks(mark: bytes, codec: str) -> None:
    document = read_one("a.md", mark + "# Tee für 🦆\r\n".encode(codec))
    assert (document.content, document.title, document.note) == ("# Tee für 🦆\n", "Tee für 🦆", "")


def test_characters_across_slices() -> None:
    text = "xé🦆\r\n" * 50_000
    for codec in ("utf-8", "utf-16"):
        assert read_one("a.txt", text.encode(codec)).content == text.replace("\r\n", "\n")


@pytest.mark.parametrize("name", ["a.html", "a.xhtml"])
def test_html_may_declare_its_encoding(name: str) -> None:
    page = '<html><meta charset="windows-1251"><p>Привет</p></html>'
    assert read_one(name, page.encode("cp1251")).content == "Привет"
    http = '<meta http-equiv="Content-Type" content="text/html; charset=Shift_JIS"><p>日本</p>'
    assert read_one(name, http.encode("cp932")).content == "日本"


def test_a_wrong_declaration_does_not_beat_valid_utf8() -> None:
    assert read_one("a.html", '<meta charset="latin-1"><p>déjà</p>'.encode()).content == "déjà"
    assert read_one("a.html", '<meta charset="utf-7"><p>+ADw-</p>').content == "+ADw-"


def test_a_declaration_in_another_format_is_only_text() -> None:
    text = 'Write <meta charset="koi8-r"> in the head, déjà vu'
    assert read_one("a.md", text.encode("latin-1")).content == text


@pytest.mark.parametrize(
    ("data", "replaced"),
    [
        (FRENCH.encode()[:-3] + b"\xff" + FRENCH.encode(), 1),
        (("été " * 100_000).encode() + b"\xc3", 1),
        (("plain " * 50_000 + "été ").encode() + b"\xe9 " + "été".encode(), 1),
        ("Le café, \ufffd et l’été à l’hôtel".encode() + b"\xe9\xe9", 2),
    ],
)
def test_a_bad_byte_is_replaced_and_told(data: bytes, replaced: int) -> None:
    document = read_one("a.txt", data)
    assert document.content == data.decode(errors="replace")
    number = "1 byte that is" if replaced == 1 else f"{replaced} bytes that are"
    assert document.note == f"{number} not UTF-8 replaced by “\ufffd”"


@pytest.mark.parametrize(
    ("data", "text", "encoding"),
    [
        (codecs.BOM_UTF8 + b"caf\xe9", "caf\ufffd", "UTF-8"),
        (codecs.BOM_UTF16_LE + b"a\0b", "a\ufffd", "UTF-16-LE"),
    ],
)
def test_a_bad_byte_after_a_byte_order_mark(data: bytes, text: str, encoding: str) -> None:
    document = read_one("a.txt", data)
    assert document.content == text
    assert document.note == f"1 byte that is not {encoding} replaced by “\ufffd”"


def test_a_bad_byte_in_a_declared_encoding() -> None:
    page = '<meta charset="shift_jis"><p>これは日本語のページです</p>'.encode("cp932") + b"<p>\x82</p>"
    document = read_one("a.html", page)
    assert document.content == "これは日本語のページです\n\n\ufffd"
    assert "1 byte that is not cp932" in document.note


SHORT = {
    "cp932": ["買い物リスト\n牛乳、卵、食パン、りんご", "今日は雨", "東京タワー", "図書館 10時"],
    "euc_jp": ["会議メモ", "カレーの作り方"],
    "gb18030": ["购物清单\n牛奶、鸡蛋、面包", "你好", "对不起", "学习笔记：第三章"],
    "big5": ["購物清單\n牛奶、雞蛋、麵包", "會議記錄", "明天去醫院"],
    "cp949": ["쇼핑 목록: 우유, 계란", "안녕하세요"],
    "cp1251": ["Купить хлеб и молоко.", "Привет", "Список покупок: яйца, сыр"],
    "koi8_r": ["Встреча в среду"],
    "cp866": ["Встреча в среду"],
    "cp1253": ["Λίστα αγορών: γάλα, αυγά"],
    "cp1255": ["רשימת קניות: חלב, ביצים"],
    "cp1256": ["قائمة التسوق: حليب"],
}


@pytest.mark.parametrize("codec", SHORT)
def test_a_few_words_in_an_old_encoding(codec: str) -> None:
    for text in SHORT[codec]:
        document = read_one("a.txt", text.encode(codec))
        assert document.content == text
        assert "(guessed)" in document.note


@pytest.mark.parametrize("data", [b"a \xff\xfe\xff b", b"5 \xd7 3"])
def test_a_few_signs_tell_no_encoding(data: bytes) -> None:
    error = error_of("a.txt", data)
    assert isinstance(error, UnknownEncoding)
    assert error.where == "a.txt"
    assert "UTF-8" in str(error.remedy)


def _noise(size: int, allowed: range = range(256)) -> bytes:
    return bytes(random.Random(size).choices(allowed, k=size))


@pytest.mark.parametrize(
    "data",
    [
        _noise(100),
        _noise(5_000),
        bytes(100),
        b"\0",
        b"\x01\x02\x03\x04",
        b"text" + bytes(range(32)) * 10,
        b"".join(value.to_bytes(2, "little", signed=True) for value in range(-200, 200)),
    ],
)
@pytest.mark.parametrize("name", ["a.md", "a.csv", "a.html", "a.json", "a", "a.xyz"])
def test_binary_data_is_not_text(name: str, data: bytes) -> None:
    error = error_of(name, data)
    assert isinstance(error, NotText)
    assert error.where == name


@pytest.mark.parametrize(
    ("data", "suffix"),
    [
        (b"\x89PNG\r\n\x1a\n" + _noise(100), ".png"),
        (b"RIFF\x00\x00\x00\x00WEBPVP8 ", ".webp"),
        (b"PK\x03\x04" + bytes(50), ".zip"),
    ],
)
@pytest.mark.parametrize("name", ["a.md", "a.csv", "a.html", "a.json"])
def test_what_can_be_read_but_has_the_name_of_a_text_is_to_be_renamed(
    name: str, data: bytes, suffix: str
) -> None:
    error = error_of(name, data)
    assert isinstance(error, NotText)
    assert str(error) == (
        f"{name}: its name says that it is a text, but it is a {suffix} file. "
        f"Rename it so that its name ends in {suffix}, and add it again."
    )


@pytest.mark.parametrize(
    ("data", "content", "note"),
    [
        (b"one\0two", "onetwo", "1 NUL character removed"),
        (b"\0one two\0 three\0", "one two three", "3 NUL characters removed"),
        (b"text with \x1b[31mcolour\x1b[0m and \x07", "text with \x1b[31mcolour\x1b[0m and \x07", ""),
    ],
)
def test_stray_control_characters(data: bytes, content: str, note: str) -> None:
    document = read_one("a.txt", data)
    assert (document.content, document.note) == (content, note)


def test_old_line_ends() -> None:
    assert read_one("a.txt", "a\r\nb\rc\n\r\nd").content == "a\nb\nc\n\nd"


def test_noise_with_no_control_characters_is_named() -> None:
    for seed in range(50):
        documents, failures = read_all("a.txt", _noise(200 + seed, range(0x80, 0x100)))
        assert documents == []
        assert isinstance(failures[0].error, InputError)
