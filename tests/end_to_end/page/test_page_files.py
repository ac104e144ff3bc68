"""What the page's own files promise, read as text: no browser is needed."""

import re
from html.parser import HTMLParser
from pathlib import Path

STATIC = Path(__file__).parents[3] / "client" / "vectray_client" / "web" / "static"
SCRIPTS = {
    path.relative_to(STATIC).as_posix(): path.read_text("utf-8") for path in sorted(STATIC.rglob("*.js"))
}
STYLES = {
    path.relative_to(STATIC).as_posix(): path.read_text("utf-8") for path in sorted(STATIC.rglob("*.css"))
}
INDEX = (STATIC / "index.html").read_text("utf-8")
LONGEST_LINES = 300
MAKES_MARKUP = re.compile(
    r"innerHTML|outerHTML|insertAdjacentHTML|setHTML|document\.write|\beval\(|new Function|DOMParser"
    r"|createContextualFragment|srcdoc|javascript:|\.on[a-z]+\s*=[^=]|\bstyle:\s*[`'{]"
)
ENTRY = re.compile(r'^  (\w+): (?:"|\'|\{)', re.MULTILINE)


def entries(language: str) -> dict[str, str]:
    """The lines of a dictionary by their keys."""
    lines = SCRIPTS[f"words/{language}.js"].splitlines()
    return {match[1]: line for line in lines if (match := ENTRY.match(line))}


def test_no_script_can_make_markup_of_a_text() -> None:
    """What comes from a document is never parsed as markup or run, because nothing that could is called."""
    assert len(SCRIPTS) > 20
    assert {name: found for name, text in SCRIPTS.items() if (found := MAKES_MARKUP.findall(text))} == {}


def test_nothing_comes_from_outside() -> None:
    """The page asks its own server only: no address of another stands in its files."""
    elsewhere = re.compile(r"(?:https?:)?//(?!www\.w3\.org/2000/svg)[a-z0-9-]+\.[a-z]+|@import|url\(")
    assert {
        name: found
        for name, text in {**SCRIPTS, **STYLES, "index.html": INDEX}.items()
        if (found := elsewhere.findall(text))
    } == {}


def test_no_file_is_long() -> None:
    """A file that outgrows three hundred lines holds two ideas, in a browser's languages, too."""
    lengths = {name: len(text.splitlines()) for name, text in {**SCRIPTS, **STYLES}.items()}
    assert {name: length for name, length in lengths.items() if length > LONGEST_LINES} == {}


class Words(HTMLParser):
    """Collects what a person could read in markup that says nothing about its language, and what a strict policy refuses."""

    def __init__(self) -> None:
        super().__init__()
        self._open: list[str] = []
        self.words: set[str] = set()
        self.refused: set[str] = set()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        named = dict(attrs)
        self.refused |= {name for name in named if name == "style" or name.startswith("on")}
        self.words |= {
            str(named[name]) for name in ("aria-label", "title", "placeholder", "alt") if named.get(name)
        }
        is_of_a_language = "lang" in named and tag != "html"
        if tag not in ("meta", "link", "img"):
            self._open.append("named" if is_of_a_language or named.get("translate") == "no" else tag)

    def handle_endtag(self, tag: str) -> None:  # noqa: ARG002 - the signature is the parser's
        self._open.pop()

    def handle_data(self, data: str) -> None:
        if data.strip() and not {"named", "title"} & set(self._open):
            self.words.add(data.strip())


def test_no_words_stand_in_the_markup() -> None:
    """Every word that is read comes out of a dictionary: the markup itself holds none but the name, and no inline script or style."""
    reader = Words()
    reader.feed(INDEX)
    assert (reader.words, reader.refused) == (set(), set())


def test_both_languages_say_the_same_things() -> None:
    """What one dictionary has, the other has, too, with the same values to be filled in."""
    english, chinese = entries("en"), entries("zh")
    assert list(english) == list(chinese)
    assert {key for key in english if values(english[key]) != values(chinese[key])} == set()


def values(line: str) -> set[str]:
    """What is filled in, the number of things left out: the form for one thing says "1"."""
    return set(re.findall(r"\{(\w+)\}", line))


def test_every_word_that_is_asked_for_is_in_the_dictionary() -> None:
    """No key is misspelt, and none is kept that nobody asks for."""
    everything = INDEX + "".join(
        text for name, text in SCRIPTS.items() if name not in ("words/en.js", "words/zh.js")
    )
    asked = set(re.findall(r'\bt\(\s*"(\w+)"', everything)) | set(
        re.findall(r'data-t(?:-label|-placeholder)?"?[=:] ?"(\w+)"', everything)
    )
    made = set(re.findall(r"`(\w+_)\$\{", everything))
    known = set(entries("en"))
    assert asked - known == set()
    quoted = set(re.findall(r'"(\w+)"', everything))
    assert {key for key in known - asked - quoted if not key.startswith(tuple(made))} == set()


def test_every_module_is_fetched_at_once() -> None:
    """The page names all its modules, so that the browser need not find them one behind the other; and it names no others."""
    named = re.findall(r'(?:modulepreload" href|script type="module" src)="/static/([^"]+)"', INDEX)
    assert sorted(named) == sorted(SCRIPTS)
    assert sorted(re.findall(r'stylesheet" href="/static/([^"]+)"', INDEX)) == sorted(STYLES)


def test_every_import_finds_its_module() -> None:
    """A module that is not there would leave the page empty."""
    for name, text in SCRIPTS.items():
        for wanted in re.findall(r'from "(\.[^"]+)"', text):
            assert ((STATIC / name).parent / wanted).resolve().is_file(), (name, wanted)
