"""Rejections: why a single row of a table is not stored: what is wrong, in which of its cells, and what to do."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta

from boundaries import OFFICIAL_LEVELS, KeyProblem, MalformedKey, german_day, parse_key
from spatial.indicators.area_keys import FoundKey
from spatial.indicators.areas import AreaIndex, AreaRow
from spatial.indicators.errors import quote
from spatial.indicators.observations import Status
from spatial.indicators.places import Role
from spatial.indicators.sentences import Sentence

_NAMED = 10
_SHORTEST_OF_KREIS = 5

CORRECT_KEY = Sentence(
    "den Schlüssel mit dem Gemeindeverzeichnis vergleichen und berichtigen; fehlt das Gebiet im Atlas, zuerst Grenzen "
    "laden, die es enthalten",
    "compare the key with the official list of municipalities and correct it; if the atlas lacks the area, load "
    "boundaries that have it first",
)
CORRECT_OWN_KEY = Sentence(
    "den Schlüssel so schreiben wie in den geladenen Gebieten dieser Ebene",
    "write the key as the loaded areas of this level have it",
)
COMPLETE_KEYS = Sentence(
    'fehlt den Schlüsseln der Anfang, ihn in einer Zuordnung nennen: within = "06633" für Nummern in einem Kreis, '
    'land = "06" für solche in einem Land; sonst Schlüsselspalte und Ebene prüfen',
    'if the keys lack their beginning, give it in a mapping: within = "06633" for numbers within a Kreis, '
    'land = "06" for those within a Land; else check the key column and the level',
)
WRITE_KEY = Sentence(
    "den amtlichen Schlüssel eintragen (Gemeinde 8 Ziffern, Kreis 5) oder die Zeile entfernen",
    "enter the official key (municipality 8 digits, Kreis 5), or remove the row",
)
WRITE_NAME = Sentence(
    "den Namen so schreiben wie im Gemeindeverzeichnis, oder Schlüssel angeben",
    "write the name as in the official list of municipalities, or give keys",
)
NARROW_NAME = Sentence(
    "mit within in einer Zuordnung auf einen Kreis eingrenzen, oder Schlüssel angeben",
    "narrow it to a Kreis with within in a mapping, or give keys",
)
OTHER_DAY = Sentence(
    "das Gebiet nennen, das es im Zeitraum gab, oder den Tag, auf den sich die Schlüssel beziehen, in einer Zuordnung "
    "mit vintage",
    "name the area that existed in the period, or give the day that the keys refer to as vintage in a mapping",
)
CHOOSE_ROW = Sentence(
    "die falsche Zeile entfernen; stehen die Zeilen für verschiedene Gruppen, in einer Zuordnung mit select wählen",
    "remove the wrong row; if the rows are of different groups, choose one with select in a mapping",
)
WRITE_PERIOD = Sentence(
    "Zeiträume schreiben wie 2022, 31.12.2022, 2022-12, 1. Quartal 2022 oder 2022/23; einen anderen Aufbau in einer "
    "Zuordnung mit period_format nennen",
    "write periods as 2022, 31.12.2022, 2022-12, Q1 2022 or 2022/23; give another form as period_format in a mapping",
)
WRITE_NUMBER = Sentence(
    "den Wert berichtigen; zulässig sind Zahlen und die Zeichen - . ... / x * ( ) der amtlichen Statistik",
    "correct the value; numbers and the symbols - . ... / x * ( ) of official statistics are admitted",
)
WRITE_SYMBOL = Sentence(
    "ein Zeichen der amtlichen Statistik eintragen, das sagt, warum der Wert fehlt: . unbekannt oder geheim, "
    "... fällt später an, / nicht sicher genug, x nicht sinnvoll, * geheim; oder die Zelle leeren",
    "enter a symbol of official statistics that says why the value is missing: . unknown or secret, ... to come later, "
    "/ not reliable enough, x not meaningful, * secret; or empty the cell",
)
MOVE_MARK = Sentence(
    "das Zeichen hinter der Zahl entfernen; als Vermerk zulässig sind p (vorläufig), r (berichtigt), s (geschätzt) und "
    "e (endgültig), ein * allein steht für einen geheimen Wert",
    "remove the sign behind the number; admitted as marks are p (provisional), r (revised), s (estimated) and e "
    "(final), and a * alone stands for a secret value",
)
ONE_DECIMAL_SIGN = Sentence(
    "alle Werte mit demselben Dezimalzeichen schreiben, oder es in einer Zuordnung mit decimal nennen",
    "write all values with the same decimal sign, or name it with decimal in a mapping",
)
SAVE_FORMULA = Sentence("die Mappe in Excel öffnen und neu speichern", "open the workbook in Excel and save it")
UNDO_DATE = Sentence(
    "die Zelle als Zahl formatieren und den Wert neu eintragen; Excel macht aus 3.4 den 3. April",
    "format the cell as a number and enter the value again; Excel turns 3.4 into 3 April",
)
WRITE_MARK = Sentence(
    "zulässig sind p (vorläufig), r (berichtigt), s (geschätzt), e (endgültig) und die Zeichen - . ... / x *",
    "p (provisional), r (revised), s (estimated), e (final) and the symbols - . ... / x * are admitted",
)
_STATUSES = ", ".join(Status)
WRITE_STATUS = Sentence(
    f"die Zelle leeren oder einen von diesen eintragen: {_STATUSES}",
    f"empty the cell, or enter one of these: {_STATUSES}",
)
ALIGN_STATUS = Sentence("den Status oder den Wert berichtigen", "correct the status or the value")
CHECK_VALUE = Sentence(
    "den Wert und seine Einheit prüfen; den Bereich legt valid_range im Katalog fest",
    "check the value and its unit; valid_range in the catalogue sets the range",
)
CHECK_PERCENT = Sentence(
    "einen Indikator in Prozent wählen, oder den Wert ohne Prozentzeichen eintragen",
    "choose an indicator in percent, or enter the value without the percent sign",
)
LOAD_DEFINITION = Sentence(
    "die Kennung berichtigen, oder zuerst die Definition laden (`kreisatlas catalogue load`)",
    "correct the id, or load the definition first (`kreisatlas catalogue load`)",
)
LOAD_PARTS = Sentence("die Zählwerte laden, aus denen er berechnet wird", "load the counts that it is computed from")


class RowRejected(Exception):
    """A row cannot be stored.

    Attributes
    ----------
    reason : Sentence
        What is wrong, with the contents of the cell.
    role : Role
        Which of the row's cells is to blame.
    value : str
        What stands there.
    remedy : Sentence
        What to do about it.
    is_invalid_at_period : bool
        Whether the area is known, and did not exist in the period.
    """

    def __init__(
        self,
        reason: Sentence,
        *,
        role: Role,
        value: object,
        remedy: Sentence,
        is_invalid_at_period: bool = False,
    ) -> None:
        self.reason, self.role, self.remedy = reason, role, remedy
        self.value = "" if value is None else str(value)
        self.is_invalid_at_period = is_invalid_at_period
        super().__init__(reason.en)


def unknown_key(found: FoundKey, text: str, areas: AreaIndex) -> RowRejected:
    """Rejection of a key that no vintage has."""
    key, name = found.key, quote(found.key)
    reason = Sentence(f"Schlüssel {name} ist unbekannt", f"key {name} is not known")
    if found.level not in OFFICIAL_LEVELS:
        return RowRejected(reason, role="key", value=text, remedy=CORRECT_OWN_KEY)
    if found.level == "regierungsbezirk":
        # Three digits may as well be the end of a municipality's key.
        return RowRejected(reason, role="key", value=text, remedy=COMPLETE_KEYS)
    land = land_of(text)
    if land is not None and not areas.has_land(land):
        reason = Sentence(
            f"{reason.de}: vom Land {land} ist kein Gebiet geladen", f"{reason.en}: no area of Land {land} is loaded"
        )
    elsewhere = [level for level in areas.levels if areas.knows(level, key)]
    if elsewhere:
        called = f"{elsewhere[0]} {areas.name(elsewhere[0], key)}".strip()
        reason = Sentence(
            f"{reason.de} auf der Ebene der Zeile: er gehört zu {called}",
            f"{reason.en} at the level of the row: it is that of {called}",
        )
    return RowRejected(reason, role="key", value=text, remedy=CORRECT_KEY)


def land_of(text: str) -> str | None:
    """Land that a key cell tells: it is the key of a Kreis, or of what lies in one, and there is such a Land."""
    try:
        key = parse_key(text).key
    except KeyProblem:
        return None
    return key[:2] if len(key) >= _SHORTEST_OF_KREIS else None


def malformed_key(error: MalformedKey, text: str) -> RowRejected:
    """Rejection of a cell that can be no key."""
    bare = quote(text)
    if not text.strip():
        reason = Sentence("Schlüssel oder Name des Gebiets fehlt", "the area key is missing, or the area's name")
    else:
        reason = Sentence(
            f"{bare} ist kein Gebietsschlüssel: {error.reason.de}", f"{bare} is no area key: {error.reason.en}"
        )
    return RowRejected(reason, role="key", value=text, remedy=WRITE_KEY)


def ambiguous_name(text: str, rows: Iterable[AreaRow]) -> RowRejected:
    """Rejection of a name that several areas have."""
    name, listed = quote(text), _listed(rows)
    reason = Sentence(f"der Name {name} ist mehrdeutig: {listed}", f"the name {name} is ambiguous: {listed}")
    return RowRejected(reason, role="key", value=text, remedy=NARROW_NAME)


def unknown_name(text: str, similar: Iterable[AreaRow]) -> RowRejected:
    """Rejection of a name that no area has."""
    name, listed = quote(text), _listed(similar)
    like = Sentence(f"; ähnlich: {listed}", f"; similar: {listed}") if listed else Sentence("", "")
    reason = Sentence(
        f"kein Gebiet hieß im Zeitraum {name}{like.de}", f"no area was called {name} in the period{like.en}"
    )
    return RowRejected(reason, role="key", value=text, remedy=WRITE_NAME)


def former_name(text: str, rows: Iterable[AreaRow], day: date | None, areas: AreaIndex) -> RowRejected:
    """Rejection of a name that an area had at another time only."""
    told = [_history(row, day, areas) for row in list(rows)[:_NAMED]]
    name = quote(text)
    moment = _moment(day)
    reason = Sentence(
        f"{moment.de} hieß kein Gebiet {name}: " + "; ".join(each.de for each in told),
        f"no area was called {name} {moment.en}: " + "; ".join(each.en for each in told),
    )
    return RowRejected(reason, role="key", value=text, remedy=OTHER_DAY, is_invalid_at_period=True)


def invalid_then(found: FoundKey, text: str, day: date, areas: AreaIndex) -> RowRejected:
    """Rejection of a number for an area that did not exist on a day."""
    nearest = _nearest(areas.spans(found.level, found.key), day)
    told = Sentence("", "")
    if nearest is not None:
        history = _history(nearest, day, areas)
        told = Sentence(f": {history.de}", f": {history.en}")
    called = quote(text) if any(map(str.isalpha, text)) else found.key
    reason = Sentence(
        f"{called} war am {german_day(day)} nicht gültig{told.de}",
        f"{called} was not valid on {day.isoformat()}{told.en}",
    )
    return RowRejected(reason, role="key", value=text, remedy=OTHER_DAY, is_invalid_at_period=True)


def _nearest(spans: Iterable[AreaRow], day: date) -> AreaRow | None:
    """Span that ended last before a day, else the one that begins first after it."""
    ended = [row for row in spans if row.valid_to is not None and row.valid_to <= day]
    to_come = [row for row in spans if row.valid_from is not None and row.valid_from > day]
    if ended:
        return max(ended, key=lambda row: row.valid_to or date.min)
    return min(to_come, key=lambda row: row.valid_from or date.max) if to_come else None


def _history(row: AreaRow, day: date | None, areas: AreaIndex) -> Sentence:
    """When an area was called so, and what is or was there on the day instead."""
    called = f"{row.key} {row.name}".strip()
    if row.valid_from is not None and day is not None and day < row.valid_from:
        before = _listed(areas.predecessors(row.level, row.key))
        since = german_day(row.valid_from), row.valid_from.isoformat()
        return Sentence(
            f"{called} gibt es seit {since[0]}" + (f", vorher {before}" if before else ""),
            f"{called} exists since {since[1]}" + (f", before that {before}" if before else ""),
        )
    end = row.valid_to
    if end is None:
        return Sentence(called, called)
    last = end - timedelta(days=1)
    after = _listed(_successors(row, day or end, areas))
    return Sentence(
        f"{called} gab es bis {german_day(last)}" + (f", seither {after}" if after else ""),
        f"{called} existed until {last.isoformat()}" + (f", since then {after}" if after else ""),
    )


def _successors(row: AreaRow, day: date, areas: AreaIndex) -> Iterable[AreaRow]:
    """Areas that followed one; the area itself where it goes on under another name."""
    own = next((span for span in areas.spans(row.level, row.key) if span.covers(day)), None)
    if own is not None:
        return [own]
    keys = row.successors or areas.successors(row.level, row.key)
    return [AreaRow(row.level, key, areas.name(row.level, key)) for key in keys]


def _moment(day: date | None) -> Sentence:
    return Sentence("heute", "today") if day is None else Sentence(f"am {german_day(day)}", f"on {day.isoformat()}")


def _listed(rows: Iterable[AreaRow]) -> str:
    """Keys and names of areas, the first of them."""
    return ", ".join(f"{row.key} {row.name}".strip() for row in list(rows)[:_NAMED])
