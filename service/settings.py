"""Settings: one frozen tree, read once by the command line or the application factory."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict


class Settings(BaseSettings):
    """What an operator may set, each as ``KREISATLAS_<NAME>`` in the environment."""

    model_config = SettingsConfigDict(env_prefix="KREISATLAS_", frozen=True, extra="ignore")

    workspace: Path = Field(Path("workspace"), description="Folder with the store and the releases")
    host: str = Field("127.0.0.1", description="Address the service listens on")
    port: int = Field(8080, ge=1, le=65535, description="Port the service listens on")
    workers: int = Field(1, ge=1, le=64, description="Server processes")
    public_url: str = Field(
        "", description="Address that clients see, for links behind a proxy; empty: taken from the request"
    )
    home: str = Field("06633", description="Key of the district that the map opens with")
    language: Literal["de", "en"] = Field("de", description="Language of the command line")
    max_permutations: int = Field(99_999, ge=99, description="Most permutations that one analysis request may ask for")
    analysis_seconds: float = Field(
        2.0, ge=0, description="Estimated seconds up to which an analysis is answered at once; longer ones become jobs"
    )
    analysis_limit_seconds: float = Field(
        3600.0, gt=0, description="Estimated seconds above which the service refuses an analysis"
    )
    protection_seconds: float = Field(
        1800.0, gt=0, description="Seconds of processor time in which counts that hang together must be protected"
    )
    max_jobs: int = Field(16, ge=1, le=1000, description="Most analyses that wait or run as jobs at a time")
    job_processes: int = Field(
        0, ge=0, le=256, description="Processes of a server process for jobs; 0: as many as there are processors"
    )
    cache_mb: int = Field(512, ge=1, description="Most megabytes of analysis results that are kept")
    dask: str = Field("", description="Address of a Dask scheduler that long analyses run on; empty: none")
    embed_origins: str = Field(
        "*", description="Origins that may show /embed in a frame, separated by blanks (CSP frame-ancestors)"
    )

    @property
    def store_path(self) -> Path:
        """The store: one GeoPackage file."""
        return self.workspace / "store.gpkg"

    @property
    def analyses_path(self) -> Path:
        """The folder of kept analysis results and of jobs; nothing in it is needed."""
        return self.workspace / "analyses"

    @property
    def releases_path(self) -> Path:
        """The folder of releases."""
        return self.workspace / "releases"
