"""Errors of files whose areas do not lie where they should: coordinate systems and positions."""

from __future__ import annotations

from collections.abc import Sequence
from math import isfinite

from boundaries.errors import some
from boundaries.file_errors import FileProblem
from boundaries.sentences import Sentence


class NoCrs(FileProblem):
    """The file does not say in which coordinate system it is."""

    def __init__(self, path: str) -> None:
        super().__init__(
            path,
            Sentence(
                "hat kein Koordinatensystem; die .prj-Datei dazulegen, oder eines in einem GIS zuweisen und neu "
                "speichern",
                "has no coordinate system; add the .prj file or set one in a GIS and save again",
            ),
        )


class UnknownCrs(FileProblem):
    """The file names a coordinate system that does not exist."""

    def __init__(self, path: str, name: str) -> None:
        self.name = name
        super().__init__(
            path,
            Sentence(
                f"nennt das unbekannte Koordinatensystem '{name[:80]}'; es berichtigen oder in EPSG:25832 speichern",
                f"names the unknown coordinate system '{name[:80]}'; correct it, or save in EPSG:25832",
            ),
        )


class CoordinatesOutOfRange(FileProblem):
    """The coordinates contradict the coordinate system."""

    def __init__(self, path: str, crs: str, keys: Sequence[str]) -> None:
        self.crs, self.keys = crs, tuple(keys)
        listed = some(self.keys)
        super().__init__(
            path,
            Sentence(
                f"die Koordinaten passen nicht zu {crs} (Gebiet {listed.de}); das richtige Koordinatensystem angeben",
                f"coordinates do not fit {crs} (area {listed.en}); state the right coordinate system",
            ),
        )


def _fitting(likely: str | None) -> Sentence:
    """Say in which coordinate system the areas would lie where they belong."""
    if likely is None:
        return Sentence(
            "Koordinatensystem und Reihenfolge der Achsen berichtigen",
            "correct the coordinate system and the order of the axes",
        )
    return Sentence(
        f"in {likely} passen sie: der Datei dieses Koordinatensystem zuweisen",
        f"in {likely} they fit: assign that coordinate system to the file",
    )


class OutsideGermany(FileProblem):
    """Areas with official keys lie elsewhere.

    Attributes
    ----------
    keys : tuple of str
        The areas.
    longitude, latitude : float
        Where the first of them lies, in degrees; infinite where the coordinates are on no place of the earth.
    likely : str or None
        Coordinate system in which they would lie where they belong.
    """

    def __init__(
        self, path: str, keys: Sequence[str], longitude: float, latitude: float, likely: str | None = None
    ) -> None:
        self.keys, self.longitude, self.latitude, self.likely = tuple(keys), longitude, latitude, likely
        listed, fitting = some(self.keys), _fitting(likely)
        first = Sentence("", "")
        if isfinite(longitude) and isfinite(latitude):
            german = f"{longitude:.1f}° Länge und {latitude:.1f}° Breite".replace(".", ",")
            first = Sentence(
                f"; das erste bei {german}", f"; the first at longitude {longitude:.1f}, latitude {latitude:.1f}"
            )
        super().__init__(
            path,
            Sentence(
                f"Gebiete mit amtlichem Schlüssel liegen außerhalb Deutschlands ({listed.de}{first.de}); "
                f"{fitting.de}, oder mit --level eine eigene Ebene nennen",
                f"areas with official keys lie outside Germany ({listed.en}{first.en}); {fitting.en}, or name a level "
                "of your own with --level",
            ),
        )


class OutsideLand(FileProblem):
    """Most areas lie in another Land than their keys tell.

    Attributes
    ----------
    crs : str
        Coordinate system that the file states.
    keys : tuple of str
        The areas.
    areas : int
        How many areas the file has.
    likely : str or None
        Coordinate system in which they would lie where they belong.
    """

    def __init__(self, path: str, crs: str, keys: Sequence[str], areas: int, likely: str | None) -> None:
        self.crs, self.keys, self.areas, self.likely = crs, tuple(keys), areas, likely
        listed, fitting = some(self.keys), _fitting(likely)
        super().__init__(
            path,
            Sentence(
                f"in {crs} liegen {len(self.keys)} von {areas} Gebieten nicht in dem Land, das ihr Schlüssel nennt "
                f"({listed.de}); {fitting.de}",
                f"in {crs} {len(self.keys)} of {areas} areas do not lie in the Land that their key names "
                f"({listed.en}); {fitting.en}",
            ),
        )


class OutsideParents(FileProblem):
    """Most areas of an own level lie apart from the areas above them.

    Attributes
    ----------
    keys : tuple of str
        The areas.
    placed : int
        How many areas of the file have an area above that is known.
    likely : str or None
        Coordinate system in which they would lie where they belong.
    """

    def __init__(self, path: str, keys: Sequence[str], placed: int, likely: str | None) -> None:
        self.keys, self.placed, self.likely = tuple(keys), placed, likely
        listed, fitting = some(self.keys), _fitting(likely)
        super().__init__(
            path,
            Sentence(
                f"{len(self.keys)} von {placed} Gebieten liegen ganz außerhalb der übergeordneten Fläche "
                f"({listed.de}); {fitting.de}, oder die Spalte mit --parent-field prüfen",
                f"{len(self.keys)} of {placed} areas lie wholly outside the area above them ({listed.en}); "
                f"{fitting.en}, or check the column of --parent-field",
            ),
        )
