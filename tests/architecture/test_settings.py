"""docs/settings.md and `Config` tell the same; a bad setting stops the start."""

import re
from dataclasses import fields
from pathlib import Path

import pytest

import config
from config import Config, ConfigurationError

DOCUMENT = Path(__file__).parents[2] / "docs" / "settings.md"


def test_every_setting_is_documented_and_every_documented_one_exists():
    documented = set(re.findall(r"^\| `ESEP_([A-Z_]+)`", DOCUMENT.read_text("utf-8"), re.MULTILINE))

    assert documented == {field.name.upper() for field in fields(Config)}


@pytest.mark.parametrize(
    ("variable", "value"),
    [
        ("ESEP_PORT", "eighty"),
        ("ESEP_NO_SUCH", "1"),
        ("ESEP_WORKERS", "2"),
        ("ESEP_TIMEZONE", "Asia/Nowhere"),
        ("ESEP_LOG_FORMAT", "xml"),
        ("ESEP_SECURE_COOKIES", "perhaps"),
        ("ESEP_SMTP_HOST", "mail.example.kz"),
        ("ESEP_SMTP_SECURITY", "plain"),
        ("ESEP_PUBLIC_URL", "esep.example.kz/"),
        ("ESEP_DIGEST_AT", "morning"),
        ("ESEP_WEBHOOK_OFF_DAYS", "0"),
        ("ESEP_CONFIG", "/does/not/exist.toml"),
        ("ESEP_DATABASE_URL", "postgresql+psycopg://localhost/x"),
    ],
)
def test_a_bad_setting_stops_the_start_and_is_named(tmp_path, variable, value):
    with pytest.raises(ConfigurationError, match="ESEP_"):
        config.load({"ESEP_DATA_DIR": str(tmp_path), variable: value})


def test_variables_win_over_the_file_and_the_file_over_the_defaults(tmp_path):
    file = tmp_path / "esep.toml"
    file.write_text('port = 9000\nhost = "0.0.0.0"\n')

    loaded = config.load({"ESEP_CONFIG": str(file), "ESEP_PORT": "9001", "ESEP_DATA_DIR": str(tmp_path)})

    assert (loaded.host, loaded.port, loaded.threads) == ("0.0.0.0", 9001, 16)


def test_the_embedded_secret_is_made_once_and_read_only_by_its_owner(tmp_path):
    first = config.load({"ESEP_DATA_DIR": str(tmp_path)})
    second = config.load({"ESEP_DATA_DIR": str(tmp_path)})

    assert first.secret_key == second.secret_key
    assert len(first.secret_key) >= 48
    assert (tmp_path / "secret-key").stat().st_mode & 0o077 == 0
