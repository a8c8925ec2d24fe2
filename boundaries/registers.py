"""The Gemeindeverzeichnis: official names, areas and inhabitants of all areas on a day."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path
from types import MappingProxyType

from boundaries.file_errors import BadRegister
from boundaries.laender import EXTENTS
from boundaries.register_forms import Record, begins_a_register, read_records
from boundaries.sentences import Sentence

# Record types (Satzart); 30, the regions of Baden-Württemberg, is no level here.
_LEVELS = {"10": "land", "20": "regierungsbezirk", "40": "kreis", "50": "verband", "60": "gemeinde"}
_KEY_DIGITS = {"land": 2, "regierungsbezirk": 3, "kreis": 5, "verband": 9, "gemeinde": 12}

# Textkennzeichen: "Beschreibung der Datensätze und Felder GV100AD", Statistisches Bundesamt.
_KINDS = {
    "41": "Kreisfreie Stadt",
    "42": "Stadtkreis",
    "43": "Kreis",
    "44": "Landkreis",
    "45": "Regionalverband",
    "50": "Verbandsfreie Gemeinde",
    "51": "Amt",
    "52": "Samtgemeinde",
    "53": "Verbandsgemeinde",
    "54": "Verwaltungsgemeinschaft",
    "55": "Kirchspielslandgemeinde",
    "56": "Verwaltungsverband",
    "57": "VG-Trägermodell",
    "58": "Erfüllende Gemeinde",
    "60": "Markt",
    "61": "Kreisfreie Stadt",
    "62": "Stadtkreis",
    "63": "Stadt",
    "64": "Kreisangehörige Gemeinde",
    "65": "Gemeindefreies Gebiet, bewohnt",
    "66": "Gemeindefreies Gebiet, unbewohnt",
    "67": "Große Kreisstadt",
}


@dataclass(frozen=True, slots=True)
class RegisterEntry:
    """One area of the Gemeindeverzeichnis.

    Attributes
    ----------
    key : str
        Canonical key (see `parse_key`): AGS, or the 9 digits of a Verband.
    ars : str or None
        Regionalschlüssel of 12 digits; None above the Gemeinden.
    level : str
        Official level.
    name : str
        Official name with its addition ("Naumburg, Stadt").
    kind : str
        What the area is officially ("Stadt", "Landkreis"); empty where the register does not say.
    area_km2 : float or None
        Official area (Gebietsfläche) in km²; above the Gemeinden the sum of theirs, None where one is missing.
    population : int or None
        Inhabitants; above the Gemeinden the sum of theirs, None where one is missing.
    """

    key: str
    ars: str | None
    level: str
    name: str
    kind: str
    area_km2: float | None
    population: int | None


@dataclass(frozen=True)
class Register:
    """The Gemeindeverzeichnis of one day.

    Attributes
    ----------
    day : datetime.date
        Day (Gebietsstand) that the file itself states.
    form : str
        ``xlsx`` or ``GV100AD``.
    entries : tuple of RegisterEntry
        Areas of every level; keys are unique within a level.
    """

    day: date
    form: str
    entries: tuple[RegisterEntry, ...]
    _levels: Mapping[str, Mapping[str, RegisterEntry]] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        """Index the entries by level and key."""
        levels: dict[str, dict[str, RegisterEntry]] = {}
        for entry in self.entries:
            levels.setdefault(entry.level, {})[entry.key] = entry
        object.__setattr__(self, "_levels", {level: MappingProxyType(found) for level, found in levels.items()})

    @property
    def levels(self) -> tuple[str, ...]:
        """Levels that have entries."""
        return tuple(self._levels)

    @property
    def missing_laender(self) -> tuple[str, ...]:
        """Keys of the Laender that have no Gemeinde in it."""
        present = {key[:2] for key in self.at("gemeinde")}
        return tuple(land for land in EXTENTS if land not in present)

    def at(self, level: str) -> Mapping[str, RegisterEntry]:
        """Return the entries of a level by key; empty where the register has none."""
        return self._levels.get(level, MappingProxyType({}))


def is_register(path: str | Path) -> bool:
    """Tell by the content whether a file is a Gemeindeverzeichnis that `read_register` reads.

    Parameters
    ----------
    path : str or pathlib.Path
        Any file, also inside ``.gz`` or ``.zip``.

    Returns
    -------
    bool
        False for everything else, absent and damaged files included. Every workbook counts as one: boundaries do not
        come in workbooks.
    """
    return begins_a_register(Path(path))


def read_register(path: str | Path, *, shown: str | None = None) -> Register:
    """Read a Gemeindeverzeichnis: the workbook of Destatis, or GV100AD.

    Parameters
    ----------
    path : str or pathlib.Path
        File; also inside ``.gz`` or ``.zip``. GV100AD may be in UTF-8 or ISO-8859-1.
    shown : str, optional
        How messages name the file; its path by default.

    Returns
    -------
    Register
        Every area with its key; the day is the one that the file states.

    Raises
    ------
    Unreadable
        The file does not exist or is damaged.
    BadRegister
        It is no Gemeindeverzeichnis, or a line of it is not as it should be; the message names the line.

    References
    ----------
    Statistisches Bundesamt: Gemeindeverzeichnis-Informationssystem GV-ISys.
    """
    name = shown or str(path)
    form, day, records = read_records(Path(path), name)
    return Register(day, form, _entries(records, name))


def _entries(records: Iterable[Record], path: str) -> tuple[RegisterEntry, ...]:
    """Turn records into entries and check their keys."""
    entries: dict[tuple[str, str], RegisterEntry] = {}
    for record in records:
        level = _LEVELS.get(record.record_type)
        if level is None:
            continue
        entry = _entry(record, level, path)
        if (level, entry.key) in entries:
            raise BadRegister(
                path,
                record.line,
                Sentence(
                    f"{level} {entry.key} kommt ein zweites Mal vor", f"the {level} {entry.key} occurs a second time"
                ),
            )
        entries[level, entry.key] = entry
    if not any(level == "gemeinde" for level, _ in entries):
        raise BadRegister(
            path,
            1,
            Sentence("keine Zeile beschreibt eine Gemeinde (Satzart 60)", "no line describes a Gemeinde (Satzart 60)"),
        )
    return _with_sums(list(entries.values()))


def _with_sums(entries: Sequence[RegisterEntry]) -> tuple[RegisterEntry, ...]:
    """Give the upper areas the sums of their Gemeinden; none where a part is missing."""
    parts: dict[str, list[RegisterEntry]] = {}
    for entry in entries:
        if entry.ars is not None:
            for digits in (2, 3, 5, 9):
                parts.setdefault(entry.ars[:digits], []).append(entry)
    return tuple(entry if entry.ars is not None else _summed(entry, parts.get(entry.key, [])) for entry in entries)


def _summed(entry: RegisterEntry, parts: Sequence[RegisterEntry]) -> RegisterEntry:
    areas = [part.area_km2 for part in parts if part.area_km2 is not None]
    people = [part.population for part in parts if part.population is not None]
    return replace(
        entry,
        # Hundredths of a square kilometre, so the sum is exact.
        area_km2=round(sum(areas), 2) if areas and len(areas) == len(parts) else None,
        population=sum(people) if people and len(people) == len(parts) else None,
    )


def _entry(record: Record, level: str, path: str) -> RegisterEntry:
    digits = "".join(record.parts).replace(" ", "")[: _KEY_DIGITS[level]]
    if len(digits) != _KEY_DIGITS[level] or not (digits.isascii() and digits.isdigit()):
        raise BadRegister(
            path,
            record.line,
            Sentence(f"'{digits}' ist kein Schlüssel der Ebene {level}", f"'{digits}' is no key of a {level}"),
        )
    if not record.name:
        raise BadRegister(
            path,
            record.line,
            Sentence(f"{level} {digits} hat keinen Namen", f"the {level} {digits} has no name"),
        )
    municipal = level == "gemeinde"
    return RegisterEntry(
        digits[:5] + digits[9:] if municipal else digits,
        digits if municipal else None,
        level,
        record.name,
        _KINDS.get(record.kind, ""),
        record.area_km2,
        record.population,
    )
