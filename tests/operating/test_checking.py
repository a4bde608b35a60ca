"""`yiwang check` names each setting that is not safe, or that serves badly, with what to do."""

from typing import Any

import pytest

from yiwang.config import checking
from yiwang.config.cli import main
from yiwang.config.settings import cache
from yiwang.domains.seals.pades.typesetting import font_files

pytestmark = pytest.mark.django_db


@pytest.fixture
def real(settings: Any) -> Any:
    """Give settings as a real installation has them."""
    settings.HAS_KEYS, settings.YIWANG_DEMO, settings.DEBUG = True, False, False
    settings.SECRET_KEY = "".join(chr(33 + at) for at in range(64))
    settings.ALLOWED_HOSTS = ["www.example.gov.cn"]
    settings.YIWANG_ORIGIN, settings.YIWANG_TRUSTED_PROXIES = "https://www.example.gov.cn", 1
    settings.YIWANG_LIMITS = True
    settings.CONNECTORS = dict.fromkeys(("realname", "sms", "seal_authority"), "their.package.Real")
    return settings


def test_settings_of_a_real_installation_are_safe(real: Any, monkeypatch: pytest.MonkeyPatch, capsys: Any) -> None:
    monkeypatch.setattr(checking, "unsafe_database", list)
    assert main(["check"]) == 0
    said = capsys.readouterr()
    assert (said.out, said.err) == ("settings are safe\n", "")


@pytest.mark.parametrize(
    ("name", "value", "words"),
    [
        ("HAS_KEYS", False, "no keys"),
        ("YIWANG_DEMO", True, "YIWANG_DEMO is on"),
        ("DEBUG", True, "DEBUG is on"),
        ("SECRET_KEY", "short", "YIWANG_SECRET_KEY is weak"),
        ("SECRET_KEY", "a" * 80, "YIWANG_SECRET_KEY is weak"),
        ("ALLOWED_HOSTS", ["*"], "YIWANG_ALLOWED_HOSTS is *"),
        ("YIWANG_ORIGIN", "http://www.example.gov.cn", "YIWANG_ORIGIN is not https"),
    ],
)
def test_what_is_not_safe_fails_the_check(real: Any, capsys: Any, name: str, value: Any, words: str) -> None:
    setattr(real, name, value)
    assert main(["check"]) == 1
    assert words in capsys.readouterr().err


def test_a_machine_without_chinese_fonts_cannot_print(real: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("YIWANG_FONTS", "/nowhere")
    font_files.cache_clear()
    try:
        assert any("cannot be printed" in fault for fault in checking.unsafe_settings())
    finally:
        monkeypatch.undo()
        font_files.cache_clear()


def test_two_web_workers_need_a_cache_that_they_share(real: Any) -> None:
    assert checking.unwise_settings(1) == []
    (warning,) = checking.unwise_settings(2)
    assert "YIWANG_CACHE_URL=db" in warning
    real.CACHES = {"default": cache("db"), "process": cache("memory")}
    assert checking.unwise_settings(2) == []


def test_https_without_a_trusted_proxy_counts_everybody_as_one(real: Any) -> None:
    real.YIWANG_TRUSTED_PROXIES = 0
    (warning,) = checking.unwise_settings(1)
    assert "YIWANG_TRUSTED_PROXIES" in warning


def test_a_warning_alone_does_not_fail(real: Any, monkeypatch: pytest.MonkeyPatch, capsys: Any) -> None:
    monkeypatch.setattr(checking, "unsafe_database", list)
    assert main(["check", "--workers", "4"]) == 0
    assert capsys.readouterr().err.startswith("warning: 4 web workers")
