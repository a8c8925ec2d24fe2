"""What a boundary file itself tells about its day."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from pathlib import Path, PurePosixPath

from boundaries.damages import ARCHIVE_DAMAGES
from boundaries.file_errors import OtherVintage
from boundaries.recognition import is_bkg_product, known_field, texts
from boundaries.sentences import Sentence, german_day
from boundaries.sources import Layer, Located

_ONE_DAY = timedelta(days=1)
_STATED = "aktualitaet.txt"
_LONGEST_STATEMENT = 4096
_GERMAN_DAY = re.compile(r"\b(\d{1,2})\.(\d{1,2})\.(\d{4})\b")
_FULL_DAY = re.compile(r"(?<!\d)((?:19|20)\d{2})[-_.]?([01]\d)[-_.]?([0-3]\d)(?!\d)")
_LEGAL_DAY = re.compile(r"(\d{4})[-/.]?(\d{2})[-/.]?(\d{2})")
# Names and folders of the BKG: vg250_12-31.utm32s.gpkg.ebenen.zip, vg250_ebenen_1231/2022/.
_DAY_OF_YEAR = re.compile(r"_(01-?01|12-?31)(?!\d)")
_YEAR_FOLDER = re.compile(r"/((?:19|20)\d{2})/")
_DAYS_OF_EDITIONS = ((1, 1), (12, 31))


def check_told_days(file: Located, layers: Sequence[Layer], vintage: date) -> tuple[Sentence, ...]:
    """Hold the day of boundaries against what their file tells.

    Parameters
    ----------
    file : Located
        The file.
    layers : sequence of Layer
        Its layers.
    vintage : datetime.date
        Day that was stated for them.

    Returns
    -------
    tuple of Sentence
        What does not go together, but may be meant: the edition of 1 January for the day before, a name that tells
        another day, a product of the BKG for a day of which there is no edition.

    Raises
    ------
    OtherVintage
        An area of the file came into force after that day (WSK), or the file states a day (``aktualitaet.txt``) that
        is not the same nor next to it.
    """
    for layer in layers:
        _check_in_force(layer, vintage)
    stated, enclosed = _stated(file.path)
    if stated is not None and enclosed and abs(stated - vintage) > _ONE_DAY:
        where = Sentence(f"{_STATED} nennt den {german_day(stated)}", f"{_STATED} tells {stated}")
        raise OtherVintage(file.shown, vintage, stated, where)
    if not any(is_bkg_product(layer) for layer in layers):
        return ()
    return tuple(_doubts(file.origin.file, stated, vintage))


def _check_in_force(layer: Layer, vintage: date) -> None:
    """Refuse areas that came into force after the day."""
    column, name = known_field(layer, "wsk"), known_field(layer, "gen")
    if column is None or name is None or known_field(layer, "ags", "ars", "rs") is None:
        return
    days = [_day_of(text) for text in texts(layer.columns[column])]
    later = [(day, row) for row, day in enumerate(days) if day is not None and day > vintage]
    if later:
        told, row = max(later)
        called = f"{layer.columns[name][row]}"[:80]
        why = Sentence(
            f"{called} (Objekt {row + 1}) gibt es nach der Spalte {column} so erst seit dem {german_day(told)}",
            f"{called} (feature {row + 1}) is there in this form since {told} only, by the column {column}",
        )
        raise OtherVintage(layer.path, vintage, told, why)


def _day_of(text: str) -> date | None:
    match = _LEGAL_DAY.match(text)
    return None if match is None else _date(*match.groups())


def _date(year: str, month: str, day: str) -> date | None:
    try:
        return date(int(year), int(month), int(day))
    except ValueError:
        return None


def _stated(path: Path) -> tuple[date | None, bool]:
    """Return the day in the text ``aktualitaet.txt`` of the BKG, and whether it is in one archive with the data.

    A text that lies beside a file may belong to another one.
    """
    packed = path.suffix.lower() == ".zip"
    found = _GERMAN_DAY.search(_packed_statement(path) if packed else _statement_beside(path))
    return (None if found is None else _date(found[3], found[2], found[1])), packed


def _packed_statement(path: Path) -> str:
    try:
        with zipfile.ZipFile(path) as archive:
            names = [name for name in archive.namelist() if PurePosixPath(name).name.lower() == _STATED]
            if not names:
                return ""
            with archive.open(names[0]) as member:
                return member.read(_LONGEST_STATEMENT).decode(errors="replace")
    except (OSError, *ARCHIVE_DAMAGES):
        return ""


def _statement_beside(path: Path) -> str:
    try:
        with ((path if path.is_dir() else path.parent) / _STATED).open(encoding="utf-8", errors="replace") as text:
            return text.read(_LONGEST_STATEMENT)
    except OSError:
        return ""


def _doubts(name: str, stated: date | None, vintage: date) -> Iterator[Sentence]:
    """What a product of the BKG tells beside the day that was stated for it."""
    if (vintage.month, vintage.day) not in _DAYS_OF_EDITIONS:
        yield Sentence(
            f"das BKG gibt Grenzen vom 1. Januar und vom 31. Dezember heraus, --vintage ist der {german_day(vintage)}",
            f"the BKG offers boundaries of 1 January and of 31 December, but --vintage is {vintage}",
        )
    if stated is not None and stated != vintage:
        turn = Sentence("", "")
        if abs(stated - vintage) <= _ONE_DAY:
            turn = Sentence(
                "; das ist richtig, wenn sich zum Jahreswechsel nichts geändert hat",
                "; that is right if nothing changed at the turn of the year",
            )
        yield Sentence(
            f"{_STATED} nennt den {german_day(stated)}, --vintage ist der {german_day(vintage)}{turn.de}",
            f"{_STATED} tells {stated}, but --vintage is {vintage}{turn.en}",
        )
    told = None if stated is not None else _day_in_name(name)
    if told is not None and not _fits(told, vintage):
        german, english = ".".join(reversed(told)), "-".join(part for part in told if part)
        yield Sentence(
            f"Name oder Adresse der Datei nennt den {german}, --vintage ist der {german_day(vintage)}",
            f"name or address of the file tells {english}, but --vintage is {vintage}",
        )


def _day_in_name(name: str) -> tuple[str, str, str] | None:
    """Return year, month and day in a name or address, parts that it does not tell being empty."""
    full = _FULL_DAY.search(PurePosixPath(name).name)
    if full is not None:
        return full[1], full[2], full[3]
    part, year = _DAY_OF_YEAR.search(name), _YEAR_FOLDER.search(name)
    if part is None:
        return None
    return ("" if year is None else year[1]), part[1][:2], part[1][-2:]


def _fits(told: tuple[str, str, str], vintage: date) -> bool:
    parts = (f"{vintage:%Y}", f"{vintage:%m}", f"{vintage:%d}")
    return all(said in ("", part) for said, part in zip(told, parts, strict=True))
