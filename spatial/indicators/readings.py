"""Readings: single figures of a table turned into observations, or rejected with a reason."""

from __future__ import annotations

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
from spatial.indicators.periods import parse_period, period_end, period_kind
from spatial.indicators.sentences import Sentence

_PERCENT_UNITS = ("%", "prozent", "percent", "v.h.")
# The census writes out what other tables put in brackets.
_STATED = {"KLAMMERN": Status.LOW_RELIABILITY}


class RowRejected(Exception):
    """A row cannot be stored; the reason is a sentence in both languages."""

    def __init__(self, de: str, en: str, *, column: str | None = None, is_invalid_at_period: bool = False) -> None:
        self.reason = Sentence(de, en)
        self.column = column
        self.is_invalid_at_period = is_invalid_at_period
        super().__init__(en)


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
            raise RowRejected(
                f"{quote(figure.value)} ist in Prozent, der Indikator in {indicator.unit}",
                f"{quote(figure.value)} is in percent, the indicator in {indicator.unit}",
                column=figure.column,
            )
        cell = self._existing(cell, found, heading.vintage)
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
            raise RowRejected(
                f"Indikator {quote(name)} steht nicht im Katalog", f"indicator {quote(name)} is not in the catalogue"
            )
        if indicator.is_derived:
            parts = f"{indicator.numerator}, {indicator.denominator}"
            raise RowRejected(
                f"{name} wird aus {parts} berechnet und nicht geladen",
                f"{name} is computed from {parts} and never loaded",
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
                period = parse_period(text)
        except MalformedPeriod:
            raise RowRejected(
                f"{quote(text)} ist kein Zeitraum" if text else "Es fehlt der Zeitraum",
                f"{quote(text)} is no period" if text else "the period is missing",
            ) from None
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
            raise RowRejected(
                f"die Formel {quote(figure.value)} hat keinen gespeicherten Wert; die Mappe in Excel neu speichern",
                f"the formula {quote(figure.value)} has no stored value; open the workbook in Excel and save it",
                column=figure.column,
            )
        try:
            cell, flags = self._marked(figure)
        except MalformedCell as error:
            text = quote(figure.value if str(error).startswith(quote(figure.value)) else figure.flags)
            raise RowRejected(
                f"{text} ist weder eine Zahl noch ein bekanntes Zeichen",
                f"{text} is neither a number nor a known symbol",
                column=figure.column,
            ) from None
        if self.small_zeros and cell.status is Status.ZERO:
            cell = replace(cell, status=Status.LT_HALF_UNIT)
        stated = figure.status.strip(BLANKS)
        if stated:
            cell = _with_stated_status(cell, stated, figure)
        return Cell(cell.value, cell.status, tuple(dict.fromkeys((*cell.flags, *flags))), cell.unit)

    def _marked(self, figure: RawFigure) -> tuple[Cell, tuple[Flag, ...]]:
        """Value cell and quality marks; flat tables put symbols into the quality column too."""
        cell = self._value(figure)
        mark = figure.flags.strip(BLANKS)
        if not mark or (mark[0].isalpha() and mark.casefold() != "x") or len(mark) > 3:
            return cell, parse_flags(mark)
        symbol = parse_cell(mark, decimal=self.decimal)
        if cell.value is not None or symbol.value is not None:
            raise MalformedCell(figure.flags)
        return (symbol if cell.status is Status.EMPTY else cell), ()

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

    def _existing(self, cell: Cell, found: FoundKey, vintage: date) -> Cell:
        """The cell, if its area existed: a dash in the row of an area that did not is no zero."""
        if self.areas.is_valid(found.level, found.key, vintage):
            return cell
        if cell.status is Status.ZERO_EXACT or not cell.status.carries_value:
            return Cell(None, Status.NOT_APPLICABLE, cell.flags)
        raise RowRejected(
            f"{found.key} war am {vintage:%d.%m.%Y} nicht gültig",
            f"{found.key} was not valid on {vintage.isoformat()}",
            is_invalid_at_period=True,
        )

    def scaled(self, value: float | None) -> float | None:
        """Value in the unit of the catalogue, without the noise of the multiplication."""
        if value is None or self.mapping.multiplier is None:
            return value
        return float(f"{value * self.mapping.multiplier:.15g}")


def _with_stated_status(cell: Cell, stated: str, figure: RawFigure) -> Cell:
    """Cell with the status of the status column, which must agree with the value."""
    code = stated.upper()
    if code not in Status.__members__ and code not in _STATED:
        raise RowRejected(f"{quote(stated)} ist kein Status", f"{quote(stated)} is no status", column="status")
    status = _STATED[code] if code in _STATED else Status(code)
    has_value = cell.value is not None
    zeros = (Status.ZERO, Status.ZERO_EXACT, Status.LT_HALF_UNIT)
    if not status.carries_value and cell.status not in (Status.EMPTY, status):
        raise RowRejected(
            f"Status {code} und Wert {quote(figure.value)} widersprechen sich",
            f"status {code} and value {quote(figure.value)} contradict each other",
            column=figure.column,
        )
    if status.carries_value and (not has_value or (status in zeros and cell.value != 0)):
        raise RowRejected(
            f"Status {code} passt nicht zum Wert {quote(figure.value)}",
            f"status {code} does not fit the value {quote(figure.value)}",
            column=figure.column,
        )
    if status is Status.OK and cell.value is not None:
        status = plain_status(cell.value)
    return Cell(cell.value, status, cell.flags, cell.unit)


def _check_range(value: float | None, indicator: Indicator, figure: RawFigure) -> None:
    """Reject a value that the catalogue calls impossible."""
    if value is None or indicator.valid_range is None:
        return
    low, high = indicator.valid_range
    if (low is not None and value < low) or (high is not None and value > high):
        bounds = " … ".join("" if bound is None else f"{bound:.15g}" for bound in (low, high))
        raise RowRejected(
            f"{value:.15g} liegt außerhalb des zulässigen Bereichs {bounds} von {indicator.id}",
            f"{value:.15g} is outside the admissible range {bounds} of {indicator.id}",
            column=figure.column,
        )


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
