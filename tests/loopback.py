"""A web server on loopback that can break, refuse and forget; in this process, or in one of its own.

``python -m tests.loopback FOLDER [BYTES ...]`` serves a folder and prints its address. The connection of the first
answers ends after so many bytes each. GDAL must never fetch from a server in its own process: it holds the lock that
the server needs to answer.
"""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path


class Site(ThreadingHTTPServer):
    """Files by path, and what to do wrong."""

    daemon_threads = True

    def __init__(self) -> None:
        self.files: dict[str, bytes] = {}
        self.etag = '"one"'
        self.stops_after: list[int] = []
        self.requests: list[str | None] = []
        self.credentials: list[str | None] = []
        super().__init__(("127.0.0.1", 0), Answers)

    @property
    def address(self) -> str:
        """Where it listens."""
        return f"http://127.0.0.1:{self.server_port}"


class Answers(BaseHTTPRequestHandler):
    """GET with ranges; the connection ends early as often as the site says."""

    server: Site

    def do_GET(self) -> None:
        wanted = self.headers.get("Range")
        self.server.requests.append(wanted)
        self.server.credentials.append(self.headers.get("Authorization"))
        content = self.server.files.get(self.path.split("?")[0])
        if content is None:
            self.send_error(403 if "secret" in self.path else 404)
            return
        start = 0
        if wanted and self.server.etag and self.headers.get("If-Range") == self.server.etag:
            match = re.fullmatch(r"bytes=(\d+)-", wanted)
            assert match
            start = int(match[1])
        if start and start >= len(content):
            self.send_error(416)
            return
        self.send_response(206 if start else 200)
        if start:
            self.send_header("Content-Range", f"bytes {start}-{len(content) - 1}/{len(content)}")
        self.send_header("Content-Length", str(len(content) - start))
        if self.server.etag:
            self.send_header("ETag", self.server.etag)
        self.end_headers()
        end = start + self.server.stops_after.pop(0) if self.server.stops_after else len(content)
        self.wfile.write(content[start:end])

    def log_message(self, *_: object) -> None:
        """Nothing on stderr."""


@contextmanager
def served(folder: Path, *stops_after: int) -> Iterator[str]:
    """Serve a folder from a process of its own; yields the address."""
    command = [sys.executable, "-m", "tests.loopback", str(folder), *map(str, stops_after)]
    root = Path(__file__).resolve().parents[1]
    with subprocess.Popen(command, cwd=root, stdout=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout is not None
            yield process.stdout.readline().strip()
        finally:
            process.terminate()


def main() -> None:
    """Serve until the process is ended."""
    with Site() as site:
        folder = Path(sys.argv[1])
        site.files = {f"/{path.relative_to(folder).as_posix()}": path.read_bytes() for path in folder.iterdir()}
        site.stops_after = [int(text) for text in sys.argv[2:]]
        print(site.address, flush=True)  # noqa: T201 - the caller waits for it
        site.serve_forever()


if __name__ == "__main__":
    main()
