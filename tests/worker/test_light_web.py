"""A web process stays light: what typesets, seals PDFs, reads fonts and runs rules is loaded where it is used."""

import json
import subprocess
import sys
from pathlib import Path

from tests.province import migrated

HEAVY = ("typst", "pyhanko", "fontTools", "PIL", "numpy", "zen")

ASK = """
import io, json, sys
from django.test.utils import setup_test_environment
from yiwang.config.wsgi import application

def ask(path, method="GET", body=b"", kind=""):
    environ = {"REQUEST_METHOD": method, "PATH_INFO": path, "QUERY_STRING": "", "SERVER_NAME": "127.0.0.1",
        "SERVER_PORT": "8000", "HTTP_HOST": "127.0.0.1:8000", "SERVER_PROTOCOL": "HTTP/1.1", "REMOTE_ADDR": "127.0.0.1",
        "wsgi.url_scheme": "http", "wsgi.input": io.BytesIO(body), "wsgi.errors": sys.stderr,
        "CONTENT_LENGTH": str(len(body)), "CONTENT_TYPE": kind}
    status = []
    answer = application(environ, lambda line, headers, *rest: status.append(line))
    b"".join(answer)
    return status[0]

form = b'--s\\r\\nContent-Disposition: form-data; name="file"; filename="a.pdf"\\r\\n\\r\\n%PDF-1.7 x\\r\\n--s--\\r\\n'
answers = [ask("/healthz"), ask("/verify"), ask("/api/v1/openapi.json"), ask("/sign-in")]
answers.append(ask("/api/v1/verify", "POST", form, "multipart/form-data; boundary=s"))
from yiwang.domains.certificates.rendering import missing_glyphs
lost = missing_glyphs("张𫖮\\u200b")
heavy = sorted(name for name in sys.modules if name in HEAVY)
print(json.dumps({"heavy": heavy, "lost": lost, "answers": answers}))
"""


def test_a_web_process_loads_nothing_that_typesets_or_seals_pdfs(tmp_path: Path) -> None:
    """Pages, the API, the check of a file and the look for missing characters: none of them needs it."""
    migrated(tmp_path)
    url = f"sqlite:///{tmp_path / 'yiwang.sqlite3'}"
    environment = {
        "DJANGO_SETTINGS_MODULE": "yiwang.config.settings",
        "YIWANG_DIR": str(tmp_path),
        "YIWANG_DATABASE_URL": url,
        "YIWANG_DEMO": "1",
        "PYTHONPATH": str(Path(__file__).resolve().parents[2] / "src"),
    }
    subprocess.run(
        [sys.executable, "-m", "yiwang.config.cli", "keys"], env=environment, check=True, capture_output=True
    )
    done = subprocess.run(
        [sys.executable, "-m", "django", "migrate"], env=environment, check=False, capture_output=True
    )
    assert done.returncode == 0, done.stderr.decode()[-2000:]
    script = f"HEAVY = {HEAVY!r}\n{ASK}"
    done = subprocess.run([sys.executable, "-c", script], env=environment, check=False, capture_output=True)
    assert done.returncode == 0, done.stderr.decode()[-2000:]
    found = json.loads(done.stdout.splitlines()[-1])
    assert found["heavy"] == []
    assert found["lost"] == ["\u200b"]
    assert [answer[:1] for answer in found["answers"]] == ["2"] * 5, found["answers"]
