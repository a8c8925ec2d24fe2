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
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from boundaries.areas import Area, AreaSet, key_among, square_kilometres, sum_of_all
from boundaries.errors import BadGroups, KeyProblem, Unreadable
from boundaries.geometry import union_of_whole_areas
from boundaries.keys import OFFICIAL_LEVELS, parse_key

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


@dataclass
class _Group:
    """One area to be made; ``members`` holds each key with the place where it stands."""

    key: str
    place: str
    name: str = ""
    kind: str = ""
    parent: str | None = None
    member_level: str | None = None
    members: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class _Row:
    """One row of either form; ``place`` says where it stands."""

    place: str
    cells: Mapping[str, str]
    members: Sequence[str]


def is_group_table(path: Path) -> bool:
    """Tell by its name whether a file is a table of groups: CSV or TOML."""
    return path.suffix.lower() in (".csv", ".toml")


def unite_groups(path: str | Path, *, level: str, vintage: date, sets: Mapping[str, AreaSet]) -> AreaSet:
    """Read a table of groups and unite existing areas into those of an own level.

    Parameters
    ----------
    path : str or pathlib.Path
        CSV (UTF-8 or Windows-1252; semicolon, comma or tab) or TOML.
    level : str
        Name of the own level.
    vintage : datetime.date
        Day of the areas.
    sets : mapping of str to AreaSet
        Areas of that day by level.

    Returns
    -------
    AreaSet
        One area for each key: the union of its members, populated where one of them is. Its parent is the stated one,
        else that which all members share. Official area and inhabitants are summed where every member has them.

    Raises
    ------
    Unreadable
        The file does not exist, is too large or is no CSV or TOML.
    BadGroups
        A row lacks something, names a member that does not exist on that day, or contradicts another; or the level is
        an official one.

    Notes
    -----
    All members are of one level: the one that holds every member (``member_level`` decides where several do).
    """
    path = Path(path)
    if level in OFFICIAL_LEVELS:
        raise BadGroups(str(path), "level", f"'{level}' is an official level; give the groups a name of their own")
    groups = _groups(_toml_rows(path) if path.suffix.lower() == ".toml" else _csv_rows(path), str(path))
    member_set = _member_set(str(path), groups, sets)
    for group in groups:
        group.parent = key_among(group.parent or "", tuple(sets.values()))
    areas = tuple(_united(group, level, member_set) for group in groups)
    return AreaSet(level, vintage, member_set.crs, areas)


def _content(path: Path) -> bytes:
    try:
        size = path.stat().st_size
        if size > _LARGEST_BYTES:
            raise Unreadable(str(path), "is larger than 50 MB; it is no table of groups")
        return path.read_bytes()
    except OSError as error:
        raise Unreadable(str(path), f"cannot be read ({error.strerror})") from error


def _csv_rows(path: Path) -> Iterator[_Row]:
    content = _content(path)
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = content.decode("cp1252", errors="replace")
    first = text.split("\n", 1)[0]
    delimiter = max(";,\t", key=first.count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    try:
        columns = _columns(next(reader, []), str(path))
        for cells in reader:
            values = {name: cells[column].strip() for name, column in columns.items() if column < len(cells)}
            if any(values.values()):
                members = [member for member in _SEPARATORS.split(values.get("member", "")) if member]
                yield _Row(f"line {reader.line_num}", values, members)
    except csv.Error as error:
        raise BadGroups(str(path), f"line {reader.line_num}", f"is no CSV ({error})") from error


def _columns(header: Sequence[str], path: str) -> dict[str, int]:
    given = [cell.strip().lower() for cell in header]
    found = {
        name: next(column for column, cell in enumerate(given) if cell in spellings)
        for name, spellings in _NAMES.items()
        if set(given) & set(spellings)
    }
    absent = [name for name in ("key", "member") if name not in found]
    if absent:
        raise BadGroups(path, "line 1", f"has no column '{absent[0]}'; it needs key, name and member")
    return found


def _toml_rows(path: Path) -> Iterator[_Row]:
    try:
        table = tomllib.loads(_content(path).decode("utf-8"))
    except (UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise Unreadable(str(path), f"is no TOML ({error})") from error
    entries = table.get("area")
    if not isinstance(entries, list):
        raise BadGroups(str(path), "the file", "has no [[area]]")
    for number, entry in enumerate(entries, start=1):
        place = f"area {number}"
        members = entry.get("members", []) if isinstance(entry, dict) else None
        if not isinstance(members, list) or not all(isinstance(member, str) for member in members):
            raise BadGroups(str(path), place, "members is no list of texts")
        cells = {name: value for name, value in entry.items() if isinstance(value, str)}
        yield _Row(place, cells, members)


def _groups(rows: Iterable[_Row], path: str) -> list[_Group]:
    groups: dict[str, _Group] = {}
    for row in rows:
        key = row.cells.get("key", "")
        if not key:
            raise BadGroups(path, row.place, "has no key")
        if not row.members:
            raise BadGroups(path, row.place, f"'{key}' has no member")
        group = groups.setdefault(key, _Group(key, row.place))
        _state(group, row, path)
        for member in row.members:
            group.members.setdefault(member, row.place)
    if not groups:
        raise BadGroups(path, "the file", "describes no area")
    return list(groups.values())


def _state(group: _Group, row: _Row, path: str) -> None:
    """Take over what a row says about its group; two rows must not contradict each other."""
    for name in ("name", "kind", "parent", "member_level"):
        said = row.cells.get(name, "")
        known = getattr(group, name)
        if said and known and said != known:
            raise BadGroups(path, row.place, f"'{group.key}' has the {name} '{said}', but '{known}' before")
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
        raise BadGroups(path, groups[0].place, f"members of several levels ({', '.join(sorted(stated))})")
    candidates = [areas for name, areas in sets.items() if not stated or name in stated]
    if not candidates:
        wanted = f" of the level {stated.pop()}" if stated else ""
        raise BadGroups(path, groups[0].place, f"there are no areas{wanted} on that day; load their boundaries first")
    members = {member: place for group in groups for member, place in group.members.items()}
    unknown = {areas.level: [each for each in members if _canonical(each, areas) is None] for areas in candidates}
    whole = [areas for areas in candidates if not unknown[areas.level]]
    if len(whole) > 1:
        levels = ", ".join(areas.level for areas in whole)
        raise BadGroups(path, groups[0].place, f"the members are areas of {levels}; add a column member_level")
    if not whole:
        likely = _level_of_digits(next(iter(members)))
        level = min(unknown, key=lambda name: (len(unknown[name]), name != likely))
        first = unknown[level][0]
        raise BadGroups(path, members[first], f"'{first[:40]}' is no {level} on that day")
    return whole[0]


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
