"""Results cannot be changed: their arrays are read-only copies."""

from __future__ import annotations

import numpy as np


class FrozenArrays:
    """Base of frozen results: every array among the fields becomes a read-only copy."""

    def __post_init__(self) -> None:
        for name, value in vars(self).items():
            if isinstance(value, np.ndarray):
                copy = value.copy()
                copy.setflags(write=False)
                object.__setattr__(self, name, copy)
