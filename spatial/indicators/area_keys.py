"""Area keys in tables: official ones repaired, own ones as they are, totals of the whole country set aside."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import lru_cache

from boundaries import OFFICIAL_LEVELS, DestroyedKey, MalformedKey, parse_key
from spatial.indicators.area_names import NameIndex
from spatial.indicators.areas import AreaIndex
from spatial.indicators.cells import BLANKS
from spatial.indicators.sentences import Sentence

COUNTRY = "bund"
"""Level of rows for the whole country; no figures are kept for it."""
OTHER = "other"
"""Level of rows of a level that is not kept, such as planning regions."""
LEVEL_NAMES = "Bundesländer, Regierungsbezirke, Kreise, Gemeindeverbände, Gemeinden"
"""Names of the official levels as tables have them."""
REGIONS = frozenset(
    ("051", "053", "055", "057", "059", "064", "065", "066", "081", "082", "083", "084", "091", "092", "093", "094",
     "095", "096", "097", "031", "032", "033", "034", "071", "072", "073", "141", "142", "143", "145", "146", "147",
     "151", "152", "153", "010", "020", "030", "040", "070", "100", "110", "120", "130", "140", "150", "160")
)  # fmt: skip
"""Keys of three digits that tables have for Regierungsbezirke: those of today, the former ones that statistics go on
with as regions, and those of the Länder that have none."""
_COUNTRY_NAMES = frozenset({"bund", "bundesgebiet", "deutschland", "germany", "bundesrepublik deutschland"})

_COUNTRY_KEYS = frozenset({"DG", "DINSG", "DINR", "DE", "D", "0", "00", "000", "00000000", "DG000000"})
_KEY_AND_NAME = re.compile(r"([0-9][0-9 \u00a0]*[0-9])[\s\u00a0]+([^\W\d].*)\Z", re.DOTALL)
_PADDED_LENGTH = {"gemeinde": 8, "kreis": 5}
_REMEMBERED = 50_000
"""Key cells whose reading is remembered; a file has far fewer unless it is made to exhaust the memory."""
_LENGTHS = {"land": 2, "regierungsbezirk": 3, "kreis": 5, "verband": 9, "gemeinde": 8}
_LEVEL_WORDS: tuple[tuple[re.Pattern[str], str], ...] = (
    (re.compile(r"(krfr|kreisfreie|stadtkreis|landkreis|kreis)(?!.*(typ|region|gruppe))", re.IGNORECASE), "kreis"),
    (re.compile(r"(gemeindeverb|verbandsgem|samtgem|amt\b|vbgem)", re.IGNORECASE), "verband"),
    (re.compile(r"gemeinden?\Z", re.IGNORECASE), "gemeinde"),
    (re.compile(r"(regierungsbezirke?|stat.*region.*)\Z", re.IGNORECASE), "regierungsbezirk"),
    (re.compile(r"(bundesl[äa]e?nd(er)?|land|l[äa]e?nder)\Z", re.IGNORECASE), "land"),
)


@dataclass(frozen=True, slots=True)
class FoundKey:
    """A key cell that was understood.

    Attributes
    ----------
    key, level : str
        In canonical form.
    known : bool
        Whether any vintage has this area.
    repaired_from : str or None
        What stood there, where it had to be repaired.
    """

    key: str
    level: str
    known: bool
    repaired_from: str | None = None


def level_of_word(text: str) -> str | None:
    """Official level that a column such as ``Raumbezug`` names; ``None`` for any other.

    >>> [level_of_word(t) for t in ("Kreise", "Gemeindeverbände", "Gemeinden", "Bundesländer", "ROR")]
    ['kreis', 'verband', 'gemeinde', 'land', None]
    """
    bare = text.strip(BLANKS)
    return next((level for pattern, level in _LEVEL_WORDS if pattern.match(bare)), None)


def is_country(text: str) -> bool:
    """Whether a column such as ``Raumbezug`` names the whole country."""
    return text.strip(BLANKS).casefold() in _COUNTRY_NAMES


@dataclass(frozen=True, slots=True)
class KeyReader:
    """Reads key cells of one table.

    Attributes
    ----------
    areas : AreaIndex
    level : str or None
        The level that is asked for; keys of levels that are not official are opaque text.
    land : str or None
        Two digits for keys that lack them.
    within : str or None
        Key of the Land or Kreis that short keys and names belong to.
    """

    areas: AreaIndex
    level: str | None = None
    land: str | None = None
    within: str | None = None
    _known: dict[str, FoundKey] = field(default_factory=dict, init=False, repr=False, compare=False)
    names: NameIndex = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "names", NameIndex(self.areas, self.within))

    @property
    def is_official(self) -> bool:
        """Whether keys are read as official ones."""
        return self.level is None or self.level in OFFICIAL_LEVELS

    def read(self, text: str) -> FoundKey:
        """Read one key cell.

        Raises
        ------
        DestroyedKey
            The key is a rounded number.
        MalformedKey
            The text cannot be a key.
        """
        found = self._known.get(text)
        if found is None:
            if len(self._known) >= _REMEMBERED:
                self._known.clear()
            found = self._known[text] = self._read(text)
        return found

    def read_at(self, text: str, level: str) -> FoundKey:
        """Read a key cell of a row that names its level itself.

        Keys filled up with zeros lose them: ``06633000`` of a Kreis is ``06633``.

        Raises
        ------
        DestroyedKey, MalformedKey
            As in :meth:`read`.
        """
        bare = text.strip(BLANKS)
        length = _LENGTHS.get(level, 0)
        if len(bare) > length and bare.isdigit() and not bare[length:].strip("0"):
            bare = bare[:length]
        found = self.read(bare)
        if found.level == level or not self.is_official:
            return found
        padded = bare.ljust(_LENGTHS.get(level, 0), "0") if len(bare) < length else found.key
        return FoundKey(padded, level, self.areas.knows(level, padded), found.repaired_from)

    def is_name(self, text: str) -> bool:
        """Whether a cell is the name of an area of any vintage."""
        return self.is_official and self.names.knows(text, self.level)

    def _read(self, text: str) -> FoundKey:
        """Read a key cell that was not read before."""
        bare = text.strip(BLANKS)
        if not self.is_official:
            return self._own(bare, str(self.level))
        own = self._own_level(bare)
        if own is not None:
            return FoundKey(bare, own, known=True)
        if bare.upper() in _COUNTRY_KEYS:
            return FoundKey(bare, COUNTRY, known=False)
        return self._official(text)

    def is_keylike(self, text: str) -> bool:
        """Whether a cell may be a key, known or not."""
        try:
            self.read(text)
        except DestroyedKey:
            return True
        except MalformedKey:
            return False
        return True

    def is_known(self, text: str) -> bool:
        """Whether a cell is the key of an area of any vintage."""
        try:
            return self.read(text).known
        except (MalformedKey, DestroyedKey):
            return False

    def _own_level(self, bare: str) -> str | None:
        """The one own level that has the key, where no level is asked for."""
        if self.level is not None:
            return None
        matching = [
            level for level in self.areas.levels if level not in OFFICIAL_LEVELS and self.areas.knows(level, bare)
        ]
        return matching[0] if len(matching) == 1 else None

    def _own(self, bare: str, level: str) -> FoundKey:
        """Key of an own level."""
        if not bare:
            raise MalformedKey(bare, Sentence("er ist leer", "it is empty"))
        return FoundKey(bare, level, self.areas.knows(level, bare))

    def _official(self, text: str) -> FoundKey:
        """Key of an official level, with the Land put before it where it lacks one."""
        prefixed = self._with_land(text)
        parsed = parse_key(prefixed or text)
        repaired_from = text if parsed.repaired or prefixed else None
        key, level = parsed.key, parsed.level
        if not self.areas.knows(level, key):
            key, level = self._unpadded(key, level)
        return FoundKey(key, level, self.areas.knows(level, key), repaired_from)

    def _with_land(self, text: str) -> str | None:
        """Key of a Kreis or Gemeinde with its Land or Kreis, where the cell has the rest of it only."""
        digits = re.sub(r"[\s\u00a0']", "", text)
        if not digits.isdigit():
            return None
        if self.within and len(self.within) == 5 and len(digits) <= 3:
            return self.within + digits.zfill(3)
        land = self.land or (self.within or "")[:2]
        if not land or len(digits) not in (3, 6):
            return None
        if len(digits) == 3 and self.areas.knows("regierungsbezirk", digits):
            return None
        return land + digits

    def _unpadded(self, key: str, level: str) -> tuple[str, str]:
        """Shorter key that was filled up with zeros: ``06633000`` for the Kreis ``06633``."""
        for shorter, length in (("kreis", 5), ("regierungsbezirk", 3), ("land", 2)):
            filled = len(key) > length and not key[length:].strip("0")
            if filled and self.areas.knows(shorter, key[:length]):
                return key[:length], shorter
        return key, level


@lru_cache(maxsize=65_536)
def split_key_and_name(text: str) -> tuple[str, str] | None:
    """Key and name out of one cell such as ``06633018 Naumburg, Stadt``.

    >>> split_key_and_name("06633018 Naumburg, Stadt")
    ('06633018', 'Naumburg, Stadt')
    """
    match = _KEY_AND_NAME.match(text.strip(BLANKS))
    return (match[1], match[2]) if match else None


def as_city(found: FoundKey, level: str, areas: AreaIndex, present: frozenset[str]) -> FoundKey:
    """Key of a city that is a Kreis, or a Land, as a member of the level that is asked for.

    Parameters
    ----------
    found : FoundKey
        A key of another level, such as ``06611``.
    level : str
        The level that is asked for.
    areas : AreaIndex
    present : frozenset of str
        Keys of that level that the table has in rows of their own.
    """
    length = _PADDED_LENGTH.get(level, 0)
    padded = found.key.ljust(length, "0")
    if len(padded) == len(found.key) or padded in present or not areas.knows(level, padded):
        return found
    return FoundKey(padded, level, True, found.repaired_from)
