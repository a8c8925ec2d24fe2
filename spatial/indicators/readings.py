"""Readings: single figures of a table turned into observations, or rejected with a reason."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import date, datetime

from spatial.indicators.area_keys import FoundKey
from spatial.indicators.areas import AreaIndex
from spatial.indicators.batches import RawFigure
from spatial.indicators.catalogue import Catalogue, Indicator
from spatial.indicators.cells import BLANKS, Cell, Decimal, parse_cell, parse_flags, parse_number, plain_status
from spatial.indicators.errors import MalformedCell, MalformedPeriod, quote
from spatial.indicators.grids import Formula, Percent
from spatial.indicators.ledger import Heading
from spatial.indicators.mapping import TableMapping
from spatial.indicators.observations import Flag, Observation, Status
from spatial.indicators.periods import parse_period_cell, period_end, period_kind
from spatial.indicators.rejections import (
    ALIGN_STATUS,
    CHECK_PERCENT,
    CHECK_VALUE,
    LOAD_DEFINITION,
    LOAD_PARTS,
    MOVE_MARK,
    ONE_DECIMAL_SIGN,
    SAVE_FORMULA,
    UNDO_DATE,
    WRITE_MARK,
    WRITE_NUMBER,
    WRITE_PERIOD,
    WRITE_STATUS,
    WRITE_SYMBOL,
    RowRejected,
    invalid_then,
)
from spatial.indicators.sentences import Sentence

_DAY = re.compile(r"\d{1,2}\.\s?\d{1,2}\.\s?\d{4}|\d{4}-\d{2}-\d{2}")
_YEAR = re.compile(r"\d{4}")
_PERCENT_UNITS = ("%", "prozent", "percent", "v.h.")
_NO_ANSWER = re.compile(
    r"(?:k\.?\s*a|n\.?\s*[av]|k\.?\s*w)\.?|keine\s+(?:angaben?|daten|werte?)|na|nan|null|none|unbekannt|"
    r"entf(?:ällt|\.)|geheim",
    re.IGNORECASE,
)
_MARKED = re.compile(r"[-+]?\d[\d.,\u00a0 ]*\s*(?:\*+|[a-z]|[a-z0-9]\)|[¹²³†])", re.IGNORECASE)
# The census writes out what other tables put in brackets.
_STATED = {"KLAMMERN": Status.LOW_RELIABILITY}
# As a quality sign of GENESIS a zero always has the meaning of DIN 55301.
_SAID = {"0": Cell(0.0, Status.LT_HALF_UNIT)}


@dataclass(frozen=True, slots=True)
class FigureReader:
    """Turns raw figures of one table into observations.

    Attributes
    ----------
    catalogue : Catalogue
    areas : AreaIndex
    mapping : TableMapping
    decimal : {",", "."}
        Decimal sign of texts.
    indicator : str or None
        Id that the call names; figures of others have been set aside.
    small_zeros : bool
        Whether the table says that its 0 is more than nothing.
    """

    catalogue: Catalogue
    areas: AreaIndex
    mapping: TableMapping
    decimal: Decimal
    indicator: str | None
    small_zeros: bool = False

    def indicator_id(self, figure: RawFigure) -> str:
        """Id of the indicator: that of the row or column, else of the call, else of the mapping."""
        return figure.indicator.strip(BLANKS) or self.indicator or self.mapping.indicator or ""

    def observe(self, figure: RawFigure, found: FoundKey) -> Observation:
        """Read one figure.

        Raises
        ------
        RowRejected
            Indicator, period, value or status cannot be read or do not fit together.
        """
        indicator, heading = self.heading(figure)
        cell = self.cell(figure)
        if cell.unit == "%" and not is_percent(indicator.unit):
            text = quote(figure.value)
            unit = indicator.unit or indicator.id
            raise RowRejected(
                Sentence(
                    f"{text} ist in Prozent, der Indikator in {unit}",
                    f"{text} is in percent, the indicator in {indicator.unit_en or unit}",
                ),
                role="value",
                value=figure.value,
                remedy=CHECK_PERCENT,
            )
        cell = self._existing(cell, found, figure, heading.vintage)
        value = self.scaled(cell.value)
        _check_range(value, indicator, figure)
        return Observation(
            indicator=indicator.id,
            level=found.level,
            key=found.key,
            period=heading.period,
            value=value,
            status=cell.status,
            vintage=heading.vintage,
            flags=cell.flags,
            line=figure.line,
        )

    def heading(self, figure: RawFigure) -> tuple[Indicator, Heading]:
        """Indicator and period of a figure, and the day that its key refers to.

        Raises
        ------
        RowRejected
            The indicator is not one that is loaded, or the period cannot be read.
        """
        indicator = self._indicator(figure)
        period = self._period(figure, indicator)
        return indicator, Heading(indicator.id, period, self.mapping.vintage or period_end(period))

    def _indicator(self, figure: RawFigure) -> Indicator:
        """Definition of the figure's indicator, which must be one that is loaded."""
        name = self.indicator_id(figure)
        indicator = self.catalogue.indicators.get(name)
        if indicator is None:
            text = quote(name)
            raise RowRejected(
                Sentence(f"Indikator {text} steht nicht im Katalog", f"indicator {text} is not in the catalogue"),
                role="indicator",
                value=name,
                remedy=LOAD_DEFINITION,
            )
        if indicator.is_derived:
            parts = ", ".join(part for part in (indicator.numerator, indicator.denominator) if part) or "…"
            raise RowRejected(
                Sentence(
                    f"{name} wird aus {parts} berechnet und nicht geladen",
                    f"{name} is computed from {parts} and never loaded",
                ),
                role="indicator",
                value=name,
                remedy=LOAD_PARTS,
            )
        return indicator

    def _period(self, figure: RawFigure, indicator: Indicator) -> str:
        """Period on the wire; the reference day of a yearly figure stands for its year."""
        text = figure.period.strip(BLANKS)
        try:
            if not text and self.mapping.period:
                period = self.mapping.period
            elif self.mapping.period_format:
                period = _formatted_period(text, self.mapping.period_format)
            else:
                period = parse_period_cell(text)
        except MalformedPeriod:
            pattern = self.mapping.period_format
            reason, remedy = (_no_period(text), WRITE_PERIOD) if pattern is None else _not_so_written(text, pattern)
            raise RowRejected(reason, role="period", value=text, remedy=remedy) from None
        is_reference_day = period_kind(period) == "day" and period[5:] in indicator.reference_days
        return period[:4] if is_reference_day else period

    def cell(self, figure: RawFigure) -> Cell:
        """Value and status, from the value cell and the columns for status and quality.

        Raises
        ------
        RowRejected
            They cannot be read, or contradict each other.
        """
        if isinstance(figure.value, Formula):
            text = quote(figure.value)
            raise RowRejected(
                Sentence(f"die Formel {text} hat keinen gespeicherten Wert", f"the formula {text} has no stored value"),
                role="value",
                value=figure.value,
                remedy=SAVE_FORMULA,
            )
        try:
            cell = self._value(figure)
        except MalformedCell as error:
            raise self._no_number(figure, error) from None
        try:
            cell, flags = self._marked(figure, cell)
        except MalformedCell:
            text = quote(figure.flags)
            raise RowRejected(
                Sentence(f"{text} ist kein bekanntes Zeichen", f"{text} is no known mark"),
                role="flags",
                value=figure.flags,
                remedy=WRITE_MARK,
            ) from None
        if self.small_zeros and cell.status is Status.ZERO:
            cell = replace(cell, status=Status.LT_HALF_UNIT)
        stated = figure.status.strip(BLANKS)
        if stated:
            cell = _with_stated_status(cell, stated, figure)
        return Cell(cell.value, cell.status, tuple(dict.fromkeys((*cell.flags, *flags))), cell.unit)

    def _no_number(self, figure: RawFigure, error: MalformedCell) -> RowRejected:
        """Rejection of a value cell that cannot be read."""
        text, remedy = quote(figure.value), WRITE_NUMBER
        reason = Sentence(
            f"{text} ist weder eine Zahl noch ein bekanntes Zeichen", f"{text} is neither a number nor a known symbol"
        )
        if error.is_too_large:
            reason = Sentence(f"{text} ist zu groß für eine Zahl", f"{text} is too large for a number")
        elif isinstance(figure.value, date):
            reason = Sentence(f"{text} ist ein Datum, keine Zahl", f"{text} is a date, no number")
            remedy = UNDO_DATE
        elif isinstance(figure.value, str) and _is_number(figure.value, "." if self.decimal == "," else ","):
            other, own = ("Dezimalpunkt", "Dezimalkomma") if self.decimal == "," else ("Dezimalkomma", "Dezimalpunkt")
            signs = (".", ",") if self.decimal == "," else (",", ".")
            reason = Sentence(
                f"{text} hat ein anderes Dezimalzeichen ({other}) als die übrige Tabelle ({own})",
                f"{text} has another decimal sign ({signs[0]}) than the rest of the table ({signs[1]})",
            )
            remedy = ONE_DECIMAL_SIGN
        elif isinstance(figure.value, str):
            remedy = _remedy_for(figure.value.strip(BLANKS))
        return RowRejected(reason, role="value", value=figure.value, remedy=remedy)

    def _marked(self, figure: RawFigure, cell: Cell) -> tuple[Cell, tuple[Flag, ...]]:
        """Value cell and quality marks; flat tables put symbols into the quality column too."""
        mark = figure.flags.strip(BLANKS)
        if not mark or (mark[0].isalpha() and mark.casefold() != "x") or len(mark) > 3:
            return cell, parse_flags(mark)
        symbol = _SAID.get(mark) or parse_cell(mark, decimal=self.decimal)
        if symbol.status in (Status.OK, Status.ZERO, Status.LOW_RELIABILITY):
            raise MalformedCell(figure.flags)
        if cell.status is Status.EMPTY:
            return symbol, ()
        if mark == "()" and cell.value is not None:
            return replace(cell, status=Status.LOW_RELIABILITY), ()
        if cell.value != symbol.value:
            raise MalformedCell(figure.flags)
        return (cell if cell.value is None else symbol), ()

    def _value(self, figure: RawFigure) -> Cell:
        """Value cell: a number of a spreadsheet or a text."""
        raw = figure.value
        if isinstance(raw, Percent):
            cell = parse_number(raw)
            return Cell(cell.value, cell.status, cell.flags, "%")
        if isinstance(raw, int | float):
            return parse_number(raw)
        if isinstance(raw, date | datetime):
            raise MalformedCell(str(raw))
        return parse_cell(raw or "", decimal=self.decimal)

    def _existing(self, cell: Cell, found: FoundKey, figure: RawFigure, vintage: date) -> Cell:
        """The cell, if its area existed: a dash in the row of an area that did not is no zero."""
        if self.areas.is_valid(found.level, found.key, vintage):
            return cell
        if cell.status is Status.ZERO_EXACT or not cell.status.carries_value:
            return Cell(None, Status.NOT_APPLICABLE, cell.flags)
        raise invalid_then(found, figure.key, vintage, self.areas)

    def scaled(self, value: float | None) -> float | None:
        """Value in the unit of the catalogue, without the noise of the multiplication."""
        if value is None or self.mapping.multiplier is None:
            return value
        return float(f"{value * self.mapping.multiplier:.15g}")


def _remedy_for(text: str) -> Sentence:
    """What to do about a text that is no value: words for a missing one, or a number with a mark."""
    if _NO_ANSWER.fullmatch(text):
        return WRITE_SYMBOL
    return MOVE_MARK if _MARKED.fullmatch(text) else WRITE_NUMBER


def _with_stated_status(cell: Cell, stated: str, figure: RawFigure) -> Cell:
    """Cell with the status of the status column, which must agree with the value."""
    code = stated.upper()
    if code not in Status.__members__ and code not in _STATED:
        text = quote(stated)
        raise RowRejected(
            Sentence(f"{text} ist kein Status", f"{text} is no status"),
            role="status",
            value=stated,
            remedy=WRITE_STATUS,
        )
    status = _STATED[code] if code in _STATED else Status(code)
    has_value = cell.value is not None
    zeros = (Status.ZERO, Status.ZERO_EXACT, Status.LT_HALF_UNIT)
    if not status.carries_value and cell.status not in (Status.EMPTY, status):
        said = Sentence(
            f"Status {code} und Wert {{}} widersprechen sich", f"status {code} and value {{}} contradict each other"
        )
        raise _not_agreeing(said, figure)
    if status.carries_value and (not has_value or (status in zeros and cell.value != 0)):
        said = Sentence(f"Status {code} passt nicht zum Wert {{}}", f"status {code} does not fit the value {{}}")
        raise _not_agreeing(said, figure)
    if status is Status.OK and cell.value is not None:
        status = plain_status(cell.value)
    return Cell(cell.value, status, cell.flags, cell.unit)


def _not_agreeing(said: Sentence, figure: RawFigure) -> RowRejected:
    """Rejection of a value that its status denies."""
    text = quote("" if figure.value is None else figure.value)
    reason = Sentence(said.de.format(text), said.en.format(text))
    return RowRejected(reason, role="value", value=figure.value, remedy=ALIGN_STATUS)


def _not_so_written(text: str, pattern: str) -> tuple[Sentence, Sentence]:
    """Why a text is no period by the pattern of the mapping, and what to do."""
    bare, form = quote(text), quote(pattern)
    return (
        Sentence(f"{bare} folgt nicht dem Muster {form} der Zuordnung", f"{bare} does not follow the pattern {form}"),
        Sentence(
            "den Zeitraum so schreiben, oder period_format ändern", "write the period so, or change period_format"
        ),
    )


def _no_period(text: str) -> Sentence:
    """Why a text is no period."""
    bare = quote(text)
    if not text:
        return Sentence("der Zeitraum fehlt", "the period is missing")
    if _DAY.fullmatch(text):
        return Sentence(f"den Tag {bare} gibt es nicht", f"there is no day {bare}")
    if _YEAR.fullmatch(text):
        return Sentence(
            f"das Jahr {bare} liegt außerhalb von 1800 bis 2199", f"the year {bare} is outside 1800 to 2199"
        )
    return Sentence(f"{bare} ist kein Zeitraum", f"{bare} is no period")


def _is_number(text: str, decimal: Decimal) -> bool:
    """Whether a text is a number with a decimal sign."""
    try:
        return decimal in text and parse_cell(text, decimal=decimal).value is not None
    except MalformedCell:
        return False


def _check_range(value: float | None, indicator: Indicator, figure: RawFigure) -> None:
    """Reject a value that the catalogue calls impossible."""
    if value is None or indicator.valid_range is None:
        return
    low, high = indicator.valid_range
    if (low is not None and value < low) or (high is not None and value > high):
        bounds = _bounds(low, high)
        number = f"{value:.15g}"
        raise RowRejected(
            Sentence(
                f"{number.replace('.', ',')} liegt außerhalb des zulässigen Bereichs {bounds.de} von {indicator.id}",
                f"{number} is outside the admissible range {bounds.en} of {indicator.id}",
            ),
            role="value",
            value=figure.value,
            remedy=CHECK_VALUE,
        )


def _bounds(low: float | None, high: float | None) -> Sentence:
    """Range as it is said."""
    least, most = ("" if bound is None else f"{bound:.15g}" for bound in (low, high))
    if least and most:
        said = Sentence(f"{least} … {most}", f"{least} … {most}")
    else:
        said = Sentence(f"ab {least}", f"from {least}") if least else Sentence(f"bis {most}", f"up to {most}")
    return Sentence(said.de.replace(".", ","), said.en)


def is_percent(unit: str) -> bool:
    """Whether a unit of the catalogue means percent."""
    bare = unit.strip().casefold()
    return bare in _PERCENT_UNITS or bare.startswith("%")


def _formatted_period(text: str, pattern: str) -> str:
    """Period from a text by a pattern of the mapping."""
    try:
        moment = datetime.strptime(text, pattern)  # noqa: DTZ007 - a calendar day, no moment in time
    except ValueError:
        raise MalformedPeriod(text) from None
    if "%d" in pattern:
        return moment.date().isoformat()
    has_month = any(code in pattern for code in ("%m", "%b", "%B"))
    return f"{moment:%Y-%m}" if has_month else f"{moment:%Y}"
