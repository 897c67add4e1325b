"""A PostgreSQL server of the tests' own, on a socket in a folder of its own, gone when they are done."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

PASSWORD = "Canary-Secret"


@dataclass(frozen=True)
class Server:
    """Where the server listens: its socket lies in `folder`."""

    folder: Path

    def url(self, password: str = PASSWORD, user: str = "postgres") -> str:
        """The address of its one database, as `study.toml` names it."""
        return f"postgresql://{user}:{password}@/postgres?host={self.folder}"


def binaries() -> Path | None:
    """The folder of `initdb` and `pg_ctl`, or None where PostgreSQL's server is not installed."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), reverse=True)
    on_path = shutil.which("initdb")
    if found:
        return found[0].parent
    return Path(on_path).resolve().parent if on_path else None


@contextmanager
def running(programs: Path) -> Iterator[Server]:
    """A server that is up. As root, which PostgreSQL refuses, it runs as the user `postgres` of Debian's package."""
    user = "postgres" if os.geteuid() == 0 else None
    folder = Path(tempfile.mkdtemp(prefix="pg-"))  # a socket's path may have a hundred characters, not more
    if user:
        shutil.chown(folder, user)
    secret = folder / "password"
    secret.write_text(PASSWORD)
    secret.chmod(0o644)
    data = folder / "data"

    def run(program: str, *arguments: str) -> None:
        subprocess.run([programs / program, "-D", data, *arguments], check=True, user=user, cwd=folder,
                       stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL)  # fmt: skip

    try:
        run("initdb", "--username=postgres", "--auth=scram-sha-256", f"--pwfile={secret}", "--no-sync", "-E", "UTF8")
        run("pg_ctl", "start", "-w", "-l", str(folder / "log"), "-o", f"-c listen_addresses='' -k {folder} -F")
        yield Server(folder)
    finally:
        if (data / "postmaster.pid").exists():
            run("pg_ctl", "stop", "-m", "immediate")
        shutil.rmtree(folder, ignore_errors=True)
