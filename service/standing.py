"""Whether what is served is what this version of the program would make."""

from __future__ import annotations

import hashlib

from boundaries import Sentence
from service.errors import ServiceError
from service.releases import FORMAT_VERSION, Manifest, ReleaseFolder
from spatial.indicators.catalogue import BASE_PROFILES, BASE_THEMES
from spatial.indicators.demo import CATALOGUE as BUNDLED
from spatial.indicators.disclosure import DISCLOSURE_VERSION
from spatial.indicators.standard import CATALOGUE as STANDARD

_REMEDY = Sentence(
    "mit `kreisatlas publish` eine mit dieser Version machen", "run `kreisatlas publish` to make one with this version"
)


def outdated(manifest: Manifest) -> Sentence | None:
    """What an earlier version of the program did otherwise in a release, and the remedy; None where nothing.

    An update of the program changes no release: files that may be linked and cited stay what they are. So whoever
    updates has to be told that figures are still protected by the rules of before.

    Parameters
    ----------
    manifest : Manifest
        Of any release.
    """
    about = manifest.about
    if about.get("format") != FORMAT_VERSION:
        return Sentence(
            f"die Veröffentlichung {manifest.number} hat Dateien einer anderen Version und kann nicht gezeigt werden; "
            f"{_REMEDY.de}",
            f"release {manifest.number} has files of another version and cannot be served; {_REMEDY.en}",
        )
    rules = about.get("disclosure_version")
    if rules != DISCLOSURE_VERSION:
        return Sentence(
            f"die Veröffentlichung {manifest.number} wurde nach der Version {rules} der Geheimhaltungsregeln "
            f"geschützt, heute gilt {DISCLOSURE_VERSION}: sie zeigt vielleicht zu viel; {_REMEDY.de}",
            f"release {manifest.number} was protected by version {rules} of the rules for small numbers, today's is "
            f"{DISCLOSURE_VERSION}: it may show too much; {_REMEDY.en}",
        )
    # Releases made before this was written down are not asked.
    definitions = about.get("definitions")
    if definitions is not None and definitions != definitions_version(bundled=bool(about.get("bundled"))):
        return Sentence(
            f"die Veröffentlichung {manifest.number} hat mitgelieferte Definitionen einer anderen Version des "
            f"Programms; {_REMEDY.de}",
            f"release {manifest.number} has definitions of another version of the program; {_REMEDY.en}",
        )
    return None


def caveat(folder: ReleaseFolder) -> Sentence | None:
    """What is wrong with the release that a folder serves; None where nothing is.

    Looks at the manifest alone: :func:`service.doctor.examine` reads the files.
    """
    try:
        return outdated(folder.manifest(folder.current_number()))
    except ServiceError as error:
        return error.message


def definitions_version(*, bundled: bool) -> str:
    """Digest of the definitions of this version of the program.

    Parameters
    ----------
    bundled : bool
        Whether those of the bundled figures count as well.
    """
    digest = hashlib.sha256(repr((BASE_THEMES, BASE_PROFILES)).encode())
    digest.update(STANDARD.read_bytes())
    if bundled:
        digest.update(BUNDLED.read_bytes())
    return digest.hexdigest()
