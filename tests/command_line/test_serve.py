"""The address to listen at: an option wins over the setting, and what cannot work is said."""

import errno
import socket
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from app import main
from bot import serve as bot_serve
from bot.config import Settings, load_settings
from bot.errors import SettingsError
from bot.runtime.http_server import bind_socket


@pytest.fixture(autouse=True)
def _bare(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(tmp_path)
    for name in ("CIP_HOST", "CIP_PORT"):
        monkeypatch.delenv(name, raising=False)


def serve(monkeypatch: pytest.MonkeyPatch, *arguments: str) -> tuple[list[Settings], Result]:
    """The settings that the bot is run with, and what the command line answers; nothing is run."""
    given: list[Settings] = []

    async def run(settings: Settings, **_: object) -> None:
        given.append(settings)

    monkeypatch.setattr(bot_serve, "serve", run)
    return given, CliRunner().invoke(main, ["serve", *arguments])


def test_an_option_wins_over_its_setting(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CIP_HOST", "127.0.0.2")
    monkeypatch.setenv("CIP_PORT", "not read")
    [settings], _ = serve(monkeypatch, "--host", "::1", "--port", "8080")
    assert (settings.host, settings.port) == ("::1", 8080)
    assert settings.public_address == "http://[::1]:8080"


def test_without_options_the_settings_count(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CIP_PORT", "3001")
    [settings], _ = serve(monkeypatch, "--host", "localhost")
    assert (settings.host, settings.port) == ("localhost", 3001)
    [settings], _ = serve(monkeypatch)
    assert (settings.host, settings.port) == ("127.0.0.1", 3001)


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (
            ("--port", "65536"),
            "--port cannot be “65536”: it takes a whole number from 0 to 65535, such as 3000.",
        ),
        (("--port", "-1"), "--port cannot be “-1”: it takes a whole number from 0 to 65535, such as 3000."),
        (
            ("--port", "http"),
            "--port cannot be “http”: it takes a whole number from 0 to 65535, such as 3000.",
        ),
        (("--port", ""), "--port cannot be “”: it takes a whole number from 0 to 65535, such as 3000."),
        (
            ("--host", ""),
            "--host cannot be “”: it takes a name or address of this machine, such as 127.0.0.1.",
        ),
    ],
)
def test_what_an_option_cannot_be_is_said(
    monkeypatch: pytest.MonkeyPatch, arguments: tuple[str, ...], says: str
) -> None:
    given, result = serve(monkeypatch, *arguments)
    assert (given, result.exit_code, result.output) == ([], 2, f"{says}\n")


def test_options_and_settings_are_each_called_by_their_name(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CIP_TICK_SECONDS", "0")
    with pytest.raises(
        SettingsError, match=r"^--port cannot .* CIP_TICK_SECONDS cannot .* See \.env\.example\.$"
    ):
        load_settings({"CIP_PORT": "x"})


def test_help_gives_the_defaults() -> None:
    said = " ".join(CliRunner().invoke(main, ["serve", "--help"]).output.split())
    host, port = (Settings.model_fields[name].default for name in ("host", "port"))
    assert f"[default: CIP_HOST, or else {host}]" in said
    assert f"[default: CIP_PORT, or else {port}]" in said


def refused(host: str, port: int) -> str:
    """The sentence with which the bot does not listen there."""
    settings = load_settings({"CIP_HOST": host, "CIP_PORT": str(port)})
    with pytest.raises(SettingsError) as caught, bind_socket(settings):
        pytest.fail("it listens")
    return caught.value.sentence


@pytest.mark.parametrize("host", ["192.0.2.1", "a" * 64 + ".b"])
def test_an_address_that_is_not_here_is_said(host: str) -> None:
    says = f"There is no address {host} on this machine. Give another with --host, or set CIP_HOST."
    assert refused(host, 0) == says


def test_a_port_that_is_taken_is_said() -> None:
    with bind_socket(load_settings({"CIP_PORT": "0"})) as first:
        port = first.getsockname()[1]
        assert refused("127.0.0.1", port) == (
            f"Port {port} on 127.0.0.1 is taken."
            " Stop what uses it, give another with --port, or set CIP_PORT."
        )


def test_a_port_that_needs_more_rights_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> None:
        raise PermissionError(errno.EACCES, "Permission denied")

    monkeypatch.setattr(socket.socket, "bind", refuse)
    assert refused("127.0.0.1", 80) == (
        "This user may not listen on port 80. Give one from 1024 with --port, or set CIP_PORT."
    )
