"""Own levels as groups of existing areas: a table that says which areas make up a Sozialraum.

CSV with the columns ``key``, ``name`` and ``member`` (one row for each member, or several members in a cell with commas
or ``|`` between them; ``parent``, ``kind`` and ``member_level`` if wanted), or TOML::

    [[area]]
    key = "N"
    name = "Nord"
    members = ["06633018", "06633029"]
"""

from __future__ import annotations

import csv
import io
import re
import tomllib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path

from boundaries.areas import Area, AreaSet, key_among, square_kilometres, sum_of_all
from boundaries.errors import KeyProblem
from boundaries.file_errors import BadGroups, Unreadable
from boundaries.geometry import union_of_whole_areas
from boundaries.keys import OFFICIAL_LEVELS, parse_key
from boundaries.sentences import Sentence, system_reason

_LARGEST_BYTES = 50_000_000
_SEPARATORS = re.compile(r"\s*[,|]\s*")
_NAMES = {
    "key": ("key", "schluessel", "schlüssel", "code", "id"),
    "name": ("name", "bezeichnung"),
    "member": ("member", "members", "mitglied", "mitglieder", "ags"),
    "parent": ("parent", "uebergeordnet", "übergeordnet"),
    "kind": ("kind", "art"),
    "member_level": ("member_level", "ebene"),
}


_FILE = Sentence("die Datei", "the file")


@dataclass
class _Group:
    """One area to be made; ``members`` holds each key with the place where it stands."""

    key: str
    place: Sentence
    name: str = ""
    kind: str = ""
    parent: str | None = None
    member_level: str | None = None
    members: dict[str, Sentence] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Members:
    """The existing areas that groups were united from.

    Attributes
    ----------
    level : str
        Their level.
    keys : tuple of str
        Their keys, in ascending order.
    """

    level: str
    keys: tuple[str, ...]


@dataclass(frozen=True)
class GroupTable:
    """A table of groups as it was read; which areas there are, it does not know yet.

    Attributes
    ----------
    shown : str
        How messages name the file.
    level : str
        Name of the own level.
    groups : tuple
        What the table says of each area to be made, at least one.
    """

    shown: str
    level: str
    groups: tuple[_Group, ...]


@dataclass(frozen=True)
class UnitedAreas(AreaSet):
    """Areas of an own level that were united from others, and what from."""

    members: Members


@dataclass(frozen=True, slots=True)
class _Row:
    """One row of either form; ``place`` says where it stands."""

    place: Sentence
    cells: Mapping[str, str]
    members: Sequence[str]


def is_group_table(path: Path) -> bool:
    """Tell by its name whether a file is a table of groups: CSV or TOML."""
    return path.suffix.lower() in (".csv", ".toml")


def read_groups(path: str | Path, *, level: str, shown: str | None = None) -> GroupTable:
    """Read a table of groups.

    Parameters
    ----------
    path : str or pathlib.Path
        CSV (UTF-8 or Windows-1252; semicolon, comma or tab) or TOML.
    level : str
        Name of the own level.
    shown : str, optional
        How messages name the file; its path by default.

    Returns
    -------
    GroupTable
        For `unite_groups`.

    Raises
    ------
    Unreadable
        The file does not exist, is too large or is no CSV or TOML.
    BadGroups
        A row lacks something or contradicts another, or the level is an official one.
    """
    name, toml = shown or str(path), Path(path).suffix.lower() == ".toml"
    if level in OFFICIAL_LEVELS:
        raise BadGroups(
            name,
            Sentence("Ebene", "level"),
            Sentence(
                f"'{level}' ist eine amtliche Ebene; den Gruppen mit --level einen eigenen Namen geben",
                f"'{level}' is an official level; give the groups a name of their own with --level",
            ),
        )
    content = _content(Path(path), name)
    return GroupTable(name, level, _groups(_toml_rows(content, name) if toml else _csv_rows(content, name), name))


def unite_groups(table: GroupTable, *, vintage: date, sets: Mapping[str, AreaSet]) -> UnitedAreas:
    """Unite existing areas into those of an own level.

    Parameters
    ----------
    table : GroupTable
        What `read_groups` read.
    vintage : datetime.date
        Day of the areas.
    sets : mapping of str to AreaSet
        Areas of that day by level.

    Returns
    -------
    UnitedAreas
        One area for each key: the union of its members, populated where one of them is. Its parent is the stated one,
        else that which all members share. Official area and inhabitants are summed where every member has them.
        ``members`` tells the members of all of them.

    Raises
    ------
    BadGroups
        A row names a member that does not exist on that day.

    Notes
    -----
    All members are of one level: the one that holds every member (``member_level`` decides where several do).
    """
    member_set = _member_set(table.shown, table.groups, sets)
    above = tuple(sets.values())
    areas = tuple(
        _united(replace(group, parent=key_among(group.parent or "", above)), table.level, member_set)
        for group in table.groups
    )
    keys = {_canonical(member, member_set) or member for group in table.groups for member in group.members}
    return UnitedAreas(table.level, vintage, member_set.crs, areas, Members(member_set.level, tuple(sorted(keys))))


def _content(path: Path, shown: str) -> bytes:
    try:
        size = path.stat().st_size
        if size > _LARGEST_BYTES:
            raise Unreadable(
                shown,
                Sentence(
                    "ist größer als 50 MB und keine Tabelle von Gruppen; die richtige Datei angeben",
                    "is larger than 50 MB and no table of groups; give the right file",
                ),
            )
        return path.read_bytes()
    except OSError as error:
        said = system_reason(error)
        why = Sentence(
            f"kann nicht gelesen werden ({said.de}); Namen und Rechte der Datei prüfen",
            f"cannot be read ({said.en}); check name and permissions of the file",
        )
        raise Unreadable(shown, why) from error


def _csv_rows(content: bytes, shown: str) -> Iterator[_Row]:
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = content.decode("cp1252", errors="replace")
    first = text.split("\n", 1)[0]
    delimiter = max(";,\t", key=first.count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    try:
        columns = _columns(next(reader, []), shown)
        for cells in reader:
            values = {name: cells[column].strip() for name, column in columns.items() if column < len(cells)}
            if any(values.values()):
                members = [member for member in _SEPARATORS.split(values.get("member", "")) if member]
                yield _Row(_line(reader.line_num), values, members)
    except csv.Error as error:
        why = Sentence(f"ist kein CSV ({error})", f"is no CSV ({error})")
        raise BadGroups(shown, _line(reader.line_num), why) from error


def _line(number: int) -> Sentence:
    return Sentence(f"Zeile {number}", f"line {number}")


def _columns(header: Sequence[str], path: str) -> dict[str, int]:
    given = [cell.strip().lower() for cell in header]
    found = {
        name: next(column for column, cell in enumerate(given) if cell in spellings)
        for name, spellings in _NAMES.items()
        if set(given) & set(spellings)
    }
    absent = [name for name in ("key", "member") if name not in found]
    if absent:
        raise BadGroups(
            path,
            _line(1),
            Sentence(
                f"hat keine Spalte '{absent[0]}'; nötig sind key, name und member",
                f"has no column '{absent[0]}'; it needs key, name and member",
            ),
        )
    return found


def _toml_rows(content: bytes, shown: str) -> Iterator[_Row]:
    try:
        table = tomllib.loads(content.decode("utf-8"))
    except (UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        why = Sentence(f"ist kein TOML ({error}); die Stelle berichtigen", f"is no TOML ({error}); correct that place")
        raise Unreadable(shown, why) from error
    entries = table.get("area")
    if not isinstance(entries, list):
        raise BadGroups(shown, _FILE, Sentence("hat kein [[area]]", "has no [[area]]"))
    for number, entry in enumerate(entries, start=1):
        place = Sentence(f"Gebiet {number}", f"area {number}")
        members = entry.get("members", []) if isinstance(entry, dict) else None
        if not isinstance(members, list) or not all(isinstance(member, str) for member in members):
            raise BadGroups(shown, place, Sentence("members ist keine Liste von Texten", "members is no list of texts"))
        cells = {name: value for name, value in entry.items() if isinstance(value, str)}
        yield _Row(place, cells, members)


def _groups(rows: Iterable[_Row], path: str) -> tuple[_Group, ...]:
    groups: dict[str, _Group] = {}
    for row in rows:
        key = row.cells.get("key", "")
        if not key:
            raise BadGroups(path, row.place, Sentence("hat keinen Schlüssel (key)", "has no key"))
        if not row.members:
            raise BadGroups(path, row.place, Sentence(f"'{key}' hat kein Mitglied (member)", f"'{key}' has no member"))
        group = groups.setdefault(key, _Group(key, row.place))
        _state(group, row, path)
        for member in row.members:
            group.members.setdefault(member, row.place)
    if not groups:
        raise BadGroups(path, _FILE, Sentence("beschreibt kein Gebiet", "describes no area"))
    return tuple(groups.values())


def _state(group: _Group, row: _Row, path: str) -> None:
    """Take over what a row says about its group; two rows must not contradict each other."""
    for name in ("name", "kind", "parent", "member_level"):
        said = row.cells.get(name, "")
        known = getattr(group, name)
        if said and known and said != known:
            raise BadGroups(
                path,
                row.place,
                Sentence(
                    f"'{group.key}' hat in der Spalte {name} '{said}', davor aber '{known}'",
                    f"'{group.key}' has the {name} '{said}', but '{known}' before",
                ),
            )
        if said:
            setattr(group, name, said)


def _canonical(member: str, areas: AreaSet) -> str | None:
    """Return the key of a member in a set; None where the set does not have it."""
    key = key_among(member, (areas,))
    return key if key in areas.by_key else None


def _member_set(path: str, groups: Sequence[_Group], sets: Mapping[str, AreaSet]) -> AreaSet:
    """Return the areas of the level that holds every member."""
    stated = {group.member_level for group in groups if group.member_level}
    if len(stated) > 1:
        listed = ", ".join(sorted(stated))
        raise BadGroups(
            path,
            groups[0].place,
            Sentence(f"Mitglieder mehrerer Ebenen ({listed})", f"members of several levels ({listed})"),
        )
    candidates = [areas for name, areas in sets.items() if not stated or name in stated]
    if not candidates:
        raise BadGroups(path, groups[0].place, _no_areas(stated))
    members = {member: place for group in groups for member, place in group.members.items()}
    unknown = {areas.level: [each for each in members if _canonical(each, areas) is None] for areas in candidates}
    whole = [areas for areas in candidates if not unknown[areas.level]]
    if len(whole) > 1:
        levels = ", ".join(areas.level for areas in whole)
        raise BadGroups(
            path,
            groups[0].place,
            Sentence(
                f"die Mitglieder sind Gebiete von {levels}; eine Spalte member_level ergänzen",
                f"the members are areas of {levels}; add a column member_level",
            ),
        )
    if not whole:
        likely = _level_of_digits(next(iter(members)))
        level = min(unknown, key=lambda name: (len(unknown[name]), name != likely))
        first = unknown[level][0]
        raise BadGroups(
            path,
            members[first],
            Sentence(
                f"'{first[:40]}' ist an diesem Tag kein Gebiet der Ebene {level}",
                f"'{first[:40]}' is no {level} on that day",
            ),
        )
    return whole[0]


def _no_areas(stated: set[str]) -> Sentence:
    """Say that no areas are there to be united."""
    level = "".join(stated)
    return Sentence(
        f"an diesem Tag gibt es keine Gebiete{' der Ebene ' + level if level else ''}; zuerst deren Grenzen laden",
        f"there are no areas{' of the level ' + level if level else ''} on that day; load their boundaries first",
    )


def _level_of_digits(member: str) -> str | None:
    try:
        return parse_key(member).level
    except KeyProblem:
        return None


def _united(group: _Group, level: str, areas: AreaSet) -> Area:
    keys = dict.fromkeys(_canonical(member, areas) or member for member in group.members)
    members = [areas.by_key[key] for key in keys]
    geometry = union_of_whole_areas([member.geometry for member in members])
    parents = {member.parent for member in members}
    return Area(
        group.key,
        level,
        group.name or group.key,
        group.kind,
        group.parent or (parents.pop() if len(parents) == 1 else None),
        any(member.populated for member in members),
        square_kilometres(geometry),
        geometry,
        sum_of_all([member.official_km2 for member in members]),
        sum_of_all([member.population for member in members]),
    )
