"""Exports open in German Excel and run nothing."""

import datetime as dt
import io

import pytest
from openpyxl import load_workbook

from core.exports import csv_response, xlsx_response

DANGEROUS = ["=cmd|'/c calc'!A1", "+49 201 123", "-1+1", "@SUM(A1)", "\t=1", "＝1+1", "  =1"]


def test_csv_is_utf8_with_bom_semicolons_and_crlf():
    response = csv_response("liste", ["Name", "Ort"], [["Jörg; Groß", "Köln"]])

    assert response.content == '\ufeffName;Ort\r\n"Jörg; Groß";Köln\r\n'.encode()
    assert response.headers["Content-Disposition"] == 'attachment; filename="liste.csv"'


@pytest.mark.parametrize("text", DANGEROUS)
def test_no_csv_cell_begins_like_a_formula(text):
    line = csv_response("liste", ["A"], [[text]]).content.decode("utf-8-sig").split("\r\n", 1)[1]

    assert line.strip('"').startswith("'")


@pytest.mark.parametrize("text", DANGEROUS)
def test_every_xlsx_cell_is_text_and_kept(text):
    response = xlsx_response("liste", ["A"], [[text]])
    cell = load_workbook(io.BytesIO(response.content)).active["A2"]

    assert cell.data_type == "s"
    assert cell.value == text


def test_values_are_written_as_germans_read_them():
    moment = dt.datetime(2026, 7, 1, 12, 30, tzinfo=dt.UTC)
    row = [True, None, 1.5, 7, dt.date(2026, 3, 4), moment]

    assert csv_response("l", ["x"], [row]).content.decode().split("\r\n")[1] == "ja;;1,5;7;04.03.2026;01.07.2026 14:30"


def test_control_characters_do_not_break_the_file():
    response = xlsx_response("liste", ["A"], [["a\x00b\x0bc"]])

    assert load_workbook(io.BytesIO(response.content)).active["A2"].value == "abc"
