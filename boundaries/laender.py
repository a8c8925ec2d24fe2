"""Where the Laender lie.

Bounds of the land areas (GF 9) of two products of the BKG, both © GeoBasis-DE / BKG, dl-de/by-2-0: VG5000 of 2021-01-01
and VG2500 of 2022-12-31, which agree to 0.02 degrees; longitude and latitude, rounded outwards to tenths of a degree.
"""

from __future__ import annotations

#: West, south, east and north in degrees, by the first two digits of the official keys.
EXTENTS: dict[str, tuple[float, float, float, float]] = {
    "01": (7.8, 53.3, 11.4, 55.1),  # Schleswig-Holstein
    "02": (8.4, 53.3, 10.4, 54.0),  # Hamburg, with Neuwerk
    "03": (6.6, 51.2, 11.6, 53.9),  # Niedersachsen
    "04": (8.4, 53.0, 9.0, 53.7),  # Bremen
    "05": (5.8, 50.3, 9.5, 52.6),  # Nordrhein-Westfalen
    "06": (7.7, 49.3, 10.3, 51.7),  # Hessen
    "07": (6.1, 48.9, 8.6, 51.0),  # Rheinland-Pfalz
    "08": (7.5, 47.5, 10.5, 49.8),  # Baden-Württemberg
    "09": (8.9, 47.2, 13.9, 50.6),  # Bayern
    "10": (6.3, 49.1, 7.5, 49.7),  # Saarland
    "11": (13.0, 52.3, 13.8, 52.7),  # Berlin
    "12": (11.2, 51.3, 14.8, 53.6),  # Brandenburg
    "13": (10.5, 53.1, 14.5, 54.7),  # Mecklenburg-Vorpommern
    "14": (11.8, 50.1, 15.1, 51.7),  # Sachsen
    "15": (10.5, 50.9, 13.2, 53.1),  # Sachsen-Anhalt
    "16": (9.8, 50.2, 12.7, 51.7),  # Thüringen
}
