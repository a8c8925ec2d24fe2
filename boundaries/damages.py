"""What Python raises on damaged archives."""

import zipfile
import zlib

#: ``RuntimeError`` stands for a password, ``NotImplementedError`` for a packing that is not known.
ARCHIVE_DAMAGES = (zipfile.BadZipFile, zlib.error, NotImplementedError, EOFError, RuntimeError)
