"""Help and wrong usage of the command line, in German by default and in English."""

from __future__ import annotations

import itertools
import re
import sys
from collections.abc import Callable, Iterator
from typing import Any, Literal

import pytest
import typer
from typer.main import get_command

from service import cli
from service.commands.help import Command, Group
from service.commands.words import both, chosen, language_of_environment

Said = tuple[int, str, str]
Call = Callable[..., Said]
LANGUAGES: tuple[Literal["de", "en"], ...] = ("de", "en")
ENGLISH_OF_TYPER = re.compile(r"Usage|Options|Arguments|Commands|Show this|required|default|env var|<|Missing|No such")


@pytest.fixture
def call(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Call:
    """Run the command line in this process: exit status, stdout, stderr."""

    def run(*arguments: str, language: str | None = None) -> Said:
        monkeypatch.setattr(sys, "argv", ["kreisatlas", *arguments])
        monkeypatch.delenv("KREISATLAS_LANGUAGE", raising=False)
        if language is not None:
            monkeypatch.setenv("KREISATLAS_LANGUAGE", language)
        with pytest.raises(SystemExit) as caught:
            cli.main()
        written = capsys.readouterr()
        assert isinstance(caught.value.code, int)
        return caught.value.code, written.out, written.err

    return run


def commands(command: Any, path: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], Any]]:
    yield path, command
    for name, each in getattr(command, "commands", {}).items():
        yield from commands(each, (*path, name))


ALL = dict(commands(get_command(cli.app)))
NAMES = {name for path in ALL for name in path}


@pytest.mark.parametrize("path", ALL, ids=" ".join)
def test_every_help_is_in_both_languages(path: tuple[str, ...]) -> None:
    command = ALL[path]
    assert isinstance(command, Command | Group)
    texts = [("help", command.help), *((param.name, vars(param)["help"]) for param in command.params)]
    for name, text in texts:
        assert chosen(text, "de") != chosen(text, "en"), name
        assert all(chosen(text, language).strip() for language in LANGUAGES), name


@pytest.mark.parametrize("path", [(), ("boundaries",), ("boundaries", "load"), ("analyse",), ("rollback",)])
def test_help_is_german_unless_english_is_asked_for(call: Call, path: tuple[str, ...]) -> None:
    code, german, nothing = call(*path, "--help")
    assert (code, nothing) == (0, "")
    assert german.startswith(f"Aufruf: {' '.join(('kreisatlas', *path))}")
    assert not ENGLISH_OF_TYPER.search(german)
    code, english, nothing = call(*path, "--help", language="en")
    assert (code, nothing) == (0, "")
    assert english.startswith(f"Usage: {' '.join(('kreisatlas', *path))}")
    assert "\x1f" not in german + english
    options = set(re.findall(r"^  (--[a-z-]+)", german, re.MULTILINE))
    assert options == set(re.findall(r"^  (--[a-z-]+)", english, re.MULTILINE))
    assert "--help" in options


def test_help_tells_what_is_needed_preset_and_taken_from_the_environment(call: Call) -> None:
    german = " ".join(call("boundaries", "load", "--help")[1].split())
    assert "DATEI Grenzen (Datei oder Adresse)" in german
    assert re.search(r"--vintage TEXT Tag, an dem die Grenzen gelten .* \[nötig\]", german)
    assert "[Umgebungsvariable: KREISATLAS_WORKSPACE]" in german
    assert "[Vorgabe: 3.0]" in german
    assert "--format table|json|csv" in call("analyse", "--help")[1]


USAGE = [
    (("publish", "--foo"), "die Option '--foo' gibt es nicht", "there is no option '--foo'"),
    (("publish", "--mesage", "x"), "gemeint ist vielleicht --message", "perhaps --message is meant"),
    (
        ("pubish",),
        "den Befehl 'pubish' gibt es nicht; gemeint ist vielleicht 'publish'",
        "there is no command 'pubish'",
    ),
    (("rollback",), "das Argument NUMMER fehlt", "argument NUMBER is missing"),
    (("boundaries", "load", "x"), "die Option --vintage fehlt", "option --vintage is missing"),
    (("rollback", "x"), "NUMMER 'x': muss eine ganze Zahl sein", "NUMBER 'x': must be a whole number"),
    (("rollback", "1", "2"), "überzählig: 2", "not expected: 2"),
    (("publish", "--message"), "die Option --message braucht einen Wert", "option --message needs a value"),
    (("init", "--demo=1"), "die Option --demo nimmt keinen Wert", "option --demo takes no value"),
    (
        ("analyse", "moran", "--format", "xml"),
        "--format 'xml': erwartet wird eines von table, json, csv",
        "--format 'xml': expected one of table, json, csv",
    ),
    (
        ("boundaries", "load", "x", "--vintage", "2020-01-01", "--area-tolerance", "-1"),
        "--area-tolerance '-1': muss mindestens 0 sein",
        "--area-tolerance '-1': must be at least 0",
    ),
    (("boundaries", "load", "x", "--vintage", "2020"), "--vintage '2020' ist kein Tag", "--vintage '2020' is no day"),
    (("boundaries", "changes", "--remove"), "--remove muss wissen, was", "--remove needs to know what"),
    (("boundaries", "changes", "x", "--key", "06"), "--key und --date wählen", "--key and --date choose"),
]


@pytest.mark.parametrize(("arguments", "german", "english"), USAGE, ids=range(len(USAGE)))
def test_wrong_usage_is_told_in_both_languages(
    call: Call, arguments: tuple[str, ...], german: str, english: str
) -> None:
    for language, said, see in ((None, german, "siehe"), ("en", english, "see")):
        code, out, line = call(*arguments, language=language)
        assert (code, out, line.count("\n")) == (64, "", 1)
        assert line.startswith("kreisatlas: ")
        assert said in line
        called = itertools.takewhile(lambda each: each in NAMES, arguments)
        assert line.rstrip().endswith(f"; {see} `{' '.join(('kreisatlas', *called))} --help`")


def test_a_group_without_a_command_shows_what_there_is(call: Call) -> None:
    for arguments in ((), ("boundaries",)):
        code, out, text = call(*arguments)
        assert (code, out) == (64, "")
        assert text.startswith("Aufruf: kreisatlas")
        assert "Befehle:" in text


def test_impossible_settings_are_named_in_both_languages(call: Call, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KREISATLAS_PORT", "abc")
    assert "port (KREISATLAS_PORT) 'abc': muss eine ganze Zahl sein" in call("doctor")[2]
    assert "port (KREISATLAS_PORT) 'abc': must be a whole number" in call("doctor", language="en")[2]
    monkeypatch.delenv("KREISATLAS_PORT")
    assert "language (KREISATLAS_LANGUAGE) 'fr': muss 'de' oder 'en' sein" in call("doctor", language="fr")[2]


def test_refusals_and_failures_follow_the_setting(call: Call, tmp_path: Any) -> None:
    at = str(tmp_path / "none")
    german, english = (call("releases", "--workspace", at, language=each) for each in LANGUAGES)
    assert german == (1, "", (f"kreisatlas: {at}: hier ist kein Arbeitsbereich; mit `kreisatlas init --workspace {at}` "
                      "einen anlegen\n"))  # fmt: skip
    assert english == (1, "", (f"kreisatlas: {at}: no workspace here; create one with `kreisatlas init --workspace "
                       f"{at}`\n"))  # fmt: skip


def test_outcomes_follow_the_setting(call: Call, tmp_path: Any) -> None:
    german, english = str(tmp_path / "eins"), str(tmp_path / "two")
    assert call("init", "--workspace", german) == (0, f"Arbeitsbereich angelegt: {german}\n", "")
    assert call("init", "--workspace", english, language="en") == (0, f"workspace ready: {english}\n", "")
    assert (
        "nichts zu veröffentlichen: der Datenbestand enthält keine Grenzen; "
        in call("publish", "--workspace", german)[2]
    )
    assert (
        "nothing to publish: the store has no boundaries; " in call("publish", "--workspace", german, language="en")[2]
    )
    code, found, _ = call("doctor", "--workspace", german)
    assert code == 1
    assert "FEHLER  Veröffentlichung: " in found
    assert "gut     Datenbestand: 0 Sätze von Grenzen, 0 Zahlen" in found
    _, found, _ = call("doctor", "--workspace", german, language="en")
    assert "BAD  release: " in found
    assert "ok   store: 0 boundary editions, 0 figures" in found


def test_a_missing_file_is_told_in_both_languages(call: Call, tmp_path: Any) -> None:
    at = str(tmp_path / "atlas")
    call("init", "--workspace", at)
    arguments = ("indicators", "load", "x.csv", "--report", str(tmp_path / "no" / "report.json"), "--workspace", at)
    assert call(*arguments)[2].endswith("report.json: Datei oder Ordner gibt es nicht\n")
    assert call(*arguments, language="en")[2].endswith("report.json: No such file or directory\n")


def test_an_interruption_is_told_in_both_languages(call: Call, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupted(**_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(cli, "app", interrupted)
    assert call("publish") == (1, "", "kreisatlas: abgebrochen\n")
    assert call("publish", language="en") == (1, "", "kreisatlas: interrupted\n")


def test_the_language_is_that_of_the_environment_in_any_case(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("KREISATLAS_LANGUAGE", "kreisatlas_language"):
        monkeypatch.setenv(name, "en")
        assert language_of_environment() == "en"
        monkeypatch.setenv(name, "fr")
        assert language_of_environment() == "de"
        monkeypatch.delenv(name)
    assert chosen(both("ja", "yes"), "en") == "yes"
    assert chosen("kind", "en") == chosen("kind", "de") == "kind"


def test_words_of_typer_that_are_not_known_here_stay() -> None:
    from service.commands.usage import usage_sentence

    said = usage_sentence(typer.TyperException("Something new."))
    assert said.de == "Something new; siehe `kreisatlas --help`"
