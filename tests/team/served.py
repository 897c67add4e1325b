"""The application as it is served: processes of their own, a folder of its own, and browsers that sign in."""

from __future__ import annotations

import http.cookiejar
import os
import re
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.parse
import urllib.request
from pathlib import Path

WORD = "practice makes kind"


class Browser:
    """A browser that keeps its cookies; `post` sends the token along."""

    def __init__(self, port: int) -> None:
        self.root = f"http://127.0.0.1:{port}"
        self.jar = http.cookiejar.CookieJar()
        self.opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(self.jar))

    def get(self, where: str, **sent: str) -> tuple[int, str, str]:
        """Status, text and address of the answer, redirects followed."""
        data = None
        if sent:
            token = next((one.value for one in self.jar if one.name == "csrftoken"), "") or ""
            data = urllib.parse.urlencode(sent | {"csrfmiddlewaretoken": token}).encode()
        try:
            with self.opener.open(urllib.request.Request(self.root + where, data), timeout=120) as answer:
                return answer.status, answer.read().decode(), answer.url
        except urllib.error.HTTPError as error:
            return error.code, error.read().decode(errors="replace"), error.url or ""

    def sign_in(self, name: str, code: str = "") -> None:
        """As one of the practice team; where a second factor is asked, with the code of now."""
        self.get("/sign-in/login/")
        status, page, _ = self.get("/sign-in/login/", login=name, password=WORD)
        if code:
            status, page, _ = self.get("/sign-in/2fa/authenticate/", code=code)
        assert status == 200, page[:200]
        assert "Sign out" in page or "sign-in/logout" in page


class Served:
    """`personshaped serve FOLDER --practice`, started and killed at will; what it says goes to `log`."""

    def __init__(self, folder: Path, log: Path, database: str = "", keep: Path | None = None, workers: int = 2,
                 practice: bool = True) -> None:  # fmt: skip
        self.folder, self.log, self.process = folder, log, None
        self.asked = [
            *(["--practice"] if practice else []),
            "--workers",
            str(workers),
            *(["--keep", str(keep)] if keep else []),
        ]
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port: int = free.getsockname()[1]
        left = ("DATABASE_URL", "PERSONSHAPED_STUDY", "PERSONSHAPED_KEEP", "PERSONSHAPED_HTTP")
        self.env = {name: value for name, value in os.environ.items() if name not in left}
        self.env |= {"DATABASE_URL": database} if database else {}

    def start(self) -> Served:
        """Waits until it answers."""
        command = [sys.executable, "-m", "personshaped", "serve", self.folder, "--port", str(self.port)]
        command += self.asked
        with self.log.open("ab") as said:
            self.process = subprocess.Popen(  # type: ignore[assignment]
                command, env=self.env, stdout=said, stderr=said, start_new_session=True
            )
        for _ in range(600):
            try:
                urllib.request.urlopen(f"http://127.0.0.1:{self.port}/sign-in/login/", timeout=10).read()
                return self
            except (urllib.error.URLError, ConnectionError, TimeoutError):
                time.sleep(0.1)
        self.kill()
        raise RuntimeError(self.log.read_text())

    def kill(self) -> None:
        """As a machine that loses its power: every process of it at once."""
        assert self.process is not None
        os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()


def story(browser: Browser, called: str, matters: str) -> str:
    """Begins a story; its address."""
    _, _, url = browser.get("/begin/", called=called, matters=matters, new="yes")
    return re.sub(r"^http://[^/]*", "", url)
