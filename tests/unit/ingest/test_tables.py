from __future__ import annotations

import tracemalloc
from pathlib import Path

import pytest

from semblance.errors import DuplicateId, EmptyDocument, Malformed
from unit.ingest.support import error_of, read_all, read_one

CASES = Path(__file__).parents[2] / "data" / "cases"


def test_the_first_column_is_the_id_and_the_others_the_text() -> None:
    documents, failures = read_all(
        "posts.csv", "id,Title,body\n1,Tea,Boil water\n2,Coffee,Grind\n", source="s"
    )
    assert failures == []
    assert [(doc.id, doc.title, doc.content) for doc in documents] == [
        ("1", "Tea", "Tea Boil water"),
        ("2", "Coffee", "Coffee Grind"),
    ]
    assert documents[0].metadata == {"id": "1", "Title": "Tea", "body": "Boil water"}
    assert documents[0].source == "s"


@pytest.mark.parametrize(
    "table",
    [
        "text,label\nGreat cast,good\nToo long,bad\n",
        "Film,label\nI loved it from the start to the end,good\nIt was dull and far too long for me,bad\n",
        "Film,label\nGreat cast,good\n" + "Too long. " * 12 + ",bad\n",
        'Film,label\n"Great\ncast",good\nToo long,bad\n',
        "question,answer\nWhere is it?,In the box.\nWhat is it?,A manual.\n",
    ],
    ids=["by name", "longer than the others", "long", "lines", "questions"],
)
def test_a_first_column_of_texts_is_no_id(table: str) -> None:
    documents, failures = read_all("films.csv", table)
    assert failures == []
    assert [document.id.isdigit() for document in documents] == [True, True]
    first = documents[0].content
    assert first.startswith(("Great", "I loved it from the start", "Where is it?"))
    assert first.endswith(("good", "In the box."))


def test_titles_lose_entities_of_html_and_other_columns_keep_theirs() -> None:
    document = read_one("a.csv", "id,Title,text\n1,Salt &amp; pepper &#8211; R&D;,Write &amp;\n")
    assert document.title == "Salt & pepper – R&D;"
    assert document.content == "Salt & pepper – R&D; Write &amp;"
    assert document.metadata == {"id": "1", "Title": "Salt & pepper – R&D;", "text": "Write &amp;"}


def test_long_columns_are_not_kept_twice() -> None:
    document = read_one("a.csv", f"id,body,tag\n1,{'x' * 5_000},t\n")
    assert document.metadata == {"id": "1", "tag": "t"}
    assert len(document.content) == 5_002


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("a.tsv", "id\ttext\na\tone, two; three\n"),
        ("a.csv", "id;text\na;one, two; three\n".replace("two; three", "two, three")),
        ("a.csv", 'id,text\na,"one, two, three"\n'),
        ("a.csv", '"id";"text; or, so, on"\na;one\n'),
        ("a.csv", "id\ttext\na\tone\n"),
        ("a.csv", "id|text\na|one\n"),
    ],
)
def test_delimiters(name: str, text: str) -> None:
    assert read_one(name, text).content.startswith("one")


def test_quotes_newlines_and_blank_lines() -> None:
    documents, failures = read_all("a.csv", 'id,text\n1,"a ""b""\n\nc"\n\n2,5" pipe\n3,é')
    assert failures == []
    assert [doc.content for doc in documents] == ['a "b"\n\nc', '5" pipe', "é"]


def test_ragged_rows_are_named_and_the_rest_kept() -> None:
    documents, failures = read_all("posts.csv", "id,a,b\n1,x,y\n2,x\n3,x,y,z\n4,x,y\n")
    assert [doc.id for doc in documents] == ["1", "4"]
    assert [failure.id for failure in failures] == ["2", "3"]
    assert [failure.error.where for failure in failures] == ["posts.csv row 3", "posts.csv row 4"]
    assert all(isinstance(failure.error, Malformed) for failure in failures)
    assert "2 columns, and the header has 3" in str(failures[0].error)
    assert "4 columns, and the header has 3" in str(failures[1].error)


def test_an_empty_id_is_a_failure() -> None:
    documents, failures = read_all("a.csv", "id,text\n,x\nb,y\n")
    assert [doc.id for doc in documents] == ["b"]
    assert failures[0].error.where == "a.csv row 2"


def test_a_row_without_text_is_a_failure() -> None:
    documents, failures = read_all("a.csv", "id,a,b\n1,,\n2,x,\n")
    assert [doc.id for doc in documents] == ["2"]
    assert isinstance(failures[0].error, EmptyDocument)
    assert failures[0].error.where == "a.csv row 2"


def test_duplicate_ids_name_both_rows() -> None:
    documents, failures = read_all("a.csv", "id,text\n1,first\n2,x\n1,second\n")
    assert [doc.content for doc in documents] == ["first", "x"]
    error = failures[0].error
    assert isinstance(error, DuplicateId)
    assert (failures[0].id, error.where) == ("1", "a.csv row 4")
    assert "a.csv row 2" in error.message


def test_a_quote_that_is_never_closed_loses_its_row_alone() -> None:
    rows = "".join(f"{number},text {number}\n" for number in range(100))
    documents, failures = read_all("a.csv", f'id,text\nbad,"never closed\n{rows}')
    assert len(documents) == 100
    assert [failure.error.where for failure in failures] == ["a.csv row 2"]
    assert "never closed" in failures[0].error.message


def test_a_table_needs_a_row() -> None:
    assert isinstance(error_of("a.csv", "id,text\n"), EmptyDocument)


@pytest.mark.parametrize(
    ("text", "items"),
    [
        ("text\none\ntwo\none\n", [("2", "one"), ("3", "two"), ("4", "one")]),
        ('Review\n"Good, but cold"\nToo loud\n', [("2", "Good, but cold"), ("3", "Too loud")]),
        ("\n\nnote\none\n", [("4", "one")]),
        ("\nalone", [("2", "alone")]),
        ("The sea was calm\nWe baked a loaf\n", [("1", "The sea was calm"), ("2", "We baked a loaf")]),
    ],
)
def test_one_column_is_a_list_of_texts(text: str, items: list[tuple[str, str]]) -> None:
    assert contents("a.csv", text) == items


def test_a_first_row_of_whole_sentences_is_none_of_names() -> None:
    text = "apple,a red fruit that grows on trees\npear,a green one that is softer\nplum,small and blue\n"
    assert [id for id, _ in contents("a.csv", text)] == ["apple", "pear", "plum"]
    survey = "Day,How often do you eat an apple?\nMonday,Never\nTuesday,Twice\n"
    assert [id for id, _ in contents("a.csv", survey)] == ["Monday", "Tuesday"]


def test_spaces_between_a_delimiter_and_a_quote() -> None:
    text = 'id, text, tag\n1, "hello, you", a\n2, plain, b\n'
    assert contents("a.csv", text) == [("1", "hello, you a"), ("2", "plain b")]


def test_quotes_that_a_backslash_escapes() -> None:
    text = 'id,text\n1,"he said \\"no, not\nnow\\", and left"\n2,"a\\b"\n'
    assert contents("a.csv", text) == [("1", 'he said "no, not\nnow", and left'), ("2", "a\\b")]
    assert contents("a.csv", 'id,text\n1,"C:\\"\n2,"D:\\"\n') == [("1", "C:\\"), ("2", "D:\\")]


def test_a_cell_of_a_million_characters() -> None:
    documents, failures = read_all("a.csv", f'id,text\n1,{"x" * 1_000_000}\n2,"{"y " * 500_000}"\n')
    assert failures == []
    assert [len(doc.content) for doc in documents] == [1_000_000, 1_000_000]


def test_ids_pass_through_unchanged() -> None:
    ids = ["a/b/c", "it's", "“quoted”", "🦆", "a\\b", " spaced "]
    text = "id,text\n" + "".join(f"{id},x\n" for id in ids) + '"say ""hi""",x\n'
    documents, failures = read_all("a.csv", text)
    assert failures == []
    assert [doc.id for doc in documents] == [*ids, 'say "hi"']


def test_a_quote_is_an_ordinary_character_in_a_tsv() -> None:
    documents, failures = read_all("sentences.tsv", (CASES / "bare-quotes.tsv").read_bytes())
    assert failures == []
    assert [doc.metadata["text"] for doc in documents] == [
        '"Stop right there!',
        "It rained all day.",
        'She said "no" twice.',
        'He left early."',
        "The end.",
    ]


@pytest.mark.parametrize(
    "text",
    [
        'id\ttext\n1\t"two\nlines"\n2\tx\n',
        'id\ttext\tlang\n1\t"two\n\nlines and a ""quote"""\ten\n2\tx\ten\n',
        '"id"\t"text"\n"1"\t"two\nlines"\n"2"\t"x"\n',
    ],
)
def test_a_tsv_of_a_program_that_quotes_is_read_as_it_was_meant(text: str) -> None:
    documents, failures = read_all("a.tsv", text)
    assert failures == []
    assert [doc.id for doc in documents] == ["1", "2"]
    assert documents[0].content.startswith("two\n")


def test_rows_are_not_merged_by_a_quote_that_another_row_closes() -> None:
    documents, failures = read_all("a.csv", 'id,text\n1,"Stop!\n2,rain\n3,"no" twice\n4,early"\n5,end\n')
    assert [(doc.id, doc.content) for doc in documents] == [
        ("2", "rain"),
        ("3", "no twice"),
        ("4", 'early"'),
        ("5", "end"),
    ]
    assert [failure.error.where for failure in failures] == ["a.csv row 2"]


def test_a_cell_that_holds_rows_is_told_of() -> None:
    merged, whole = read_all("a.csv", 'id,text\n1,"Stop!\n2,rain\n4,early"\n5,"two\nlines"\n')[0]
    assert merged.content == "Stop!\n2,rain\n4,early"
    assert "look like rows" in merged.note
    assert whole.note == ""


def test_lines_after_a_quote_that_is_never_closed_are_one_failure() -> None:
    text = 'id,text\n1,"a\nb\nc\n\n2,x\n3,"d\ne,f,g\n4,y\n'
    documents, failures = read_all("a.csv", text)
    assert [doc.id for doc in documents] == ["2", "4"]
    assert [failure.error.where for failure in failures] == ["a.csv row 2", "a.csv row 7"]
    assert "3 lines after it, which are no row, went with it" in failures[0].error.message
    assert "1 line after it, which is no row, went with it" in failures[1].error.message


@pytest.mark.parametrize("line", ["a\n", "\n", "a,b,c\n", 'a","b\n'])
def test_two_million_lines_after_a_quote_are_one_failure(line: str) -> None:
    text = 'id,text\n"' + line * (4_000_000 // len(line) // (1 if len(line) < 3 else 20))
    tracemalloc.start()
    try:
        error = error_of("a.csv", text)
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert error.where == "a.csv row 2"
    assert peak < 60_000_000


def test_a_header_with_a_quote_that_is_never_closed_is_no_header() -> None:
    error = error_of("a.csv", '"id,text\n1,x\n2,y\n')
    assert error.where == "a.csv row 1"


BANK = """"Account:";"DE12 3456"
"Period:";"May"

"Date";"Payee";"Purpose";"Amount"
"2026-05-01";"Oak Energy";"Power, April";"-80,00"
"2026-05-01";"Corner Bakery";"Bread";"-4,50"
"""


def contents(name: str, text: str) -> list[tuple[str, str]]:
    documents, failures = read_all(name, text)
    assert failures == []
    return [(document.id, document.content) for document in documents]


def test_what_a_bank_writes_above_its_table_is_passed_over_and_told() -> None:
    documents, failures = read_all("bank.csv", BANK)
    assert failures == []
    assert [document.id for document in documents] == ["5", "6"]
    assert documents[0].metadata == {
        "Date": "2026-05-01",
        "Payee": "Oak Energy",
        "Purpose": "Power, April",
        "Amount": "-80,00",
    }
    assert documents[0].note == "3 lines before the header of bank.csv were passed over"
    assert documents[1].note == ""


@pytest.mark.parametrize("line", ["sep=;\n", "SEP=;\n", "sep=;;;\n", "\ufeffsep=;\r\n"])
def test_a_line_may_say_the_delimiter(line: str) -> None:
    assert contents("a.csv", f"{line}id;text\n1;a, b, c\n2;d, e, f\n") == [("1", "a, b, c"), ("2", "d, e, f")]


@pytest.mark.parametrize(
    "text",
    [
        "id;price;text\n1;2,50;bread\n2;3,20;jam\n",
        "id;text;more\n1;a, b;c\n2;d, e;f\n3;g, h;i\n",
        'id,text\n1,"a; b; c"\n2,"d; e; f"\n3,"g; h; i"\n',
        "id,text\n1,Salt &amp; pepper &amp; dill &amp; oil\n2,a &amp; b &amp; c &amp; d\n",
        "id|text\n1|a, b, c\n2|a, b, c\n",
    ],
)
def test_the_delimiter_is_told_from_many_records(text: str) -> None:
    documents, failures = read_all("a.csv", text)
    assert failures == []
    assert documents[0].id == "1"
    assert list(documents[0].metadata) == text.partition("\n")[0].replace(";", ",").replace("|", ",").split(
        ","
    )


@pytest.mark.parametrize(
    ("text", "ids"),
    [
        ("1,Buy milk\n2,Call Bo\n3,Write to Ana\n", ["1", "2", "3"]),
        ("2026-01-05,Rain\n2026-01-06,Sun\n", ["2026-01-05", "2026-01-06"]),
        (
            "https://a.example/1,One\nhttps://a.example/2,Two\n",
            ["https://a.example/1", "https://a.example/2"],
        ),
        ("Tea,12\nTea,9\nCocoa,7\n", ["1", "2", "3"]),
    ],
)
def test_a_table_without_a_header(text: str, ids: list[str]) -> None:
    documents, failures = read_all("a.csv", text)
    assert failures == []
    assert [document.id for document in documents] == ids
    assert documents[0].note == "a.csv has no header, so its columns are numbered"
    assert list(documents[0].metadata) == ["column 1", "column 2"]


@pytest.mark.parametrize(
    "text",
    [
        "Country,1999,2000\nFrance,12,13\nPeru,3,4\n",
        ",0,1\n0,a,5\n1,b,6\n",
        "id,text\n1,5\n2,6\n",
        "Word,Meaning\nsalt,a mineral\nsail,cloth\n",
    ],
)
def test_a_header_that_is_one(text: str) -> None:
    documents, failures = read_all("a.csv", text)
    assert failures == []
    assert len(documents) == 2
    assert documents[0].note == ""


def test_a_header_with_line_breaks() -> None:
    documents, _ = read_all("a.csv", '"id","the\ntext","tag"\n1,a,b\n2,c,d\n')
    assert documents[0].metadata == {"id": "1", "the text": "a", "tag": "b"}
    assert [document.id for document in documents] == ["1", "2"]


def test_columns_of_one_name_are_told_apart() -> None:
    assert read_one("a.csv", "id,note,note\n1,a,b\n").metadata == {"id": "1", "note": "a", "note (3)": "b"}


def test_delimiters_at_the_end_of_rows_and_rows_of_them_alone() -> None:
    assert contents("a.csv", "id,text\n1,a,\n2,b,,\n,\n,,\n") == [("1", "a"), ("2", "b")]
    assert contents("a.csv", "id;text;;\n1;a;;\n2;b;;\n") == [("1", "a"), ("2", "b")]
    assert contents("a.csv", "id,text,\n1,a,\n2,b,x\n") == [("1", "a "), ("2", "b x")]


def test_a_first_column_that_repeats_or_is_empty_is_no_id() -> None:
    assert contents("a.csv", "Date,Note\n5 May,a\n6 May,b\n5 May,c\n") == [
        ("2", "5 May a"),
        ("3", "6 May b"),
        ("4", "5 May c"),
    ]
    assert contents("a.csv", "Date,Note\n,a\n5 May,b\n") == [("2", " a"), ("3", "5 May b")]


def test_commas_in_a_text_that_nothing_quotes_make_no_preamble() -> None:
    documents, failures = read_all("a.csv", "id,title,text\n1,A,hello, world\n2,B,foo, bar\n3,C,x\n")
    assert [document.id for document in documents] == ["3"]
    assert [failure.error.where for failure in failures] == ["a.csv row 2", "a.csv row 3"]


def test_quotes_that_excel_writes_between_tabs() -> None:
    text = 'id\ttext\n1\t"He said ""no"" twice"\n2\t"a\tb"\n3\tplain\n'
    assert contents("a.tsv", text) == [("1", 'He said "no" twice'), ("2", "a\tb"), ("3", "plain")]


def test_a_table_of_a_statistics_program() -> None:
    assert contents("a.tsv", "name\tyear\n1\tAda\t1815\n2\tBo\t1900\n3\tCy\t1950\n") == [
        ("1", "Ada 1815"),
        ("2", "Bo 1900"),
        ("3", "Cy 1950"),
    ]
