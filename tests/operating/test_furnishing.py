"""Seals for offices and types of certificates, in an installation that is no demonstration."""

from pathlib import Path
from typing import Any

import pytest
import yaml

from yiwang.config.cli import main
from yiwang.domains.certificates.models import CertificateType
from yiwang.domains.identity.tests.factories import make_office
from yiwang.domains.seals.models import Seal

pytestmark = pytest.mark.django_db
DEFINER = "11339900YW00000120"


def a_type(**changes: Any) -> dict[str, Any]:
    """Return one type of certificate as its file holds it."""
    return {
        "code": f"{DEFINER}001",
        "name": {"zh": "食品经营许可证", "en": "Food business licence"},
        "holder": "firm",
        "validity_months": 60,
        "fields": [{"key": "place", "label": {"zh": "经营场所", "en": "Place of business"}}],
        **changes,
    }


def written(folder: Path, *types: Any, definer: str = DEFINER) -> str:
    """Return the name of a file with these types."""
    path = folder / "types.yaml"
    path.write_text(yaml.safe_dump({"definer": definer, "certificate_types": list(types)}, allow_unicode=True))
    return str(path)


def test_an_office_gets_its_seal_once(capsys: Any) -> None:
    office, other = make_office(), make_office(name="演示余杭区民政局")
    assert main(["seals", "list"]) == 0
    assert "2 offices without a seal" in capsys.readouterr().out
    assert main(["seals", "add", "--office", office.pk]) == 0
    assert "1 seals added" in capsys.readouterr().out
    assert main(["seals", "add", "--all"]) == 0
    assert Seal.objects.filter(office__in=[office, other]).count() == 2
    assert main(["seals", "add", "--all"]) == 0
    assert "0 seals added" in capsys.readouterr().out


def test_seals_are_for_offices_that_are_there_and_named(capsys: Any) -> None:
    assert main(["seals", "add"]) == 2
    assert main(["seals", "add", "--office", "nowhere"]) == 2
    assert "no office has the code nowhere" in capsys.readouterr().err


def test_types_are_entered_and_changed_and_the_same_file_changes_nothing(tmp_path: Path, capsys: Any) -> None:
    assert main(["certificates", "types", "load", written(tmp_path, a_type())]) == 0
    kind = CertificateType.objects.get()
    assert (kind.name, kind.validity_months, kind.definer) == ("食品经营许可证", 60, DEFINER)
    assert main(["certificates", "types", "load", written(tmp_path, a_type())]) == 0
    assert "0 added or changed" in capsys.readouterr().out
    assert main(["certificates", "types", "load", written(tmp_path, a_type(validity_months=None))]) == 0
    assert CertificateType.objects.get().validity_months is None


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"code": "123"}, "code:"),
        ({"name": "许可证"}, "name:"),
        ({"holder": "dog"}, "holder:"),
        ({"validity_months": -1}, "validity_months:"),
        ({"fields": []}, "fields:"),
        ({"fields": [{"key": "a b", "label": {"zh": "一"}}]}, "fields:"),
        ({"colour": "red"}, "colour is not known"),
    ],
)
def test_a_file_that_does_not_hold_changes_nothing(tmp_path: Path, capsys: Any, changes: Any, words: str) -> None:
    good = a_type(code=f"{DEFINER}002")
    assert main(["certificates", "types", "load", written(tmp_path, good, a_type(**changes))]) == 1
    assert f"type 2: {words}" in capsys.readouterr().err
    assert not CertificateType.objects.exists()


@pytest.mark.parametrize("text", ["", "[]", "a: [", "certificate_types: 3", "definer: x\ncertificate_types: [3]"])
def test_what_is_no_file_of_types_is_told(tmp_path: Path, capsys: Any, text: str) -> None:
    path = tmp_path / "x.yaml"
    path.write_text(text)
    assert main(["certificates", "types", "load", str(path)]) == 1
    assert "x.yaml" in capsys.readouterr().err


def test_a_code_stands_once_and_a_dry_run_changes_nothing(tmp_path: Path, capsys: Any) -> None:
    assert main(["certificates", "types", "load", written(tmp_path, a_type(), a_type())]) == 1
    assert "stands twice" in capsys.readouterr().err
    assert main(["certificates", "types", "load", "--dry-run", written(tmp_path, a_type())]) == 0
    assert not CertificateType.objects.exists()


def test_the_file_of_the_demonstration_holds() -> None:
    path = Path(__file__).resolve().parents[2] / "demo" / "certificate_types.yaml"
    assert main(["certificates", "types", "load", str(path)]) == 0
