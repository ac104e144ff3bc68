import json
import shutil
import subprocess
from itertools import product
from pathlib import Path

import pytest
from tests.agents_sentences import agents_sentences

from vectray_client.indexer.pausing import Pause
from vectray_client.speaking import sentences
from vectray_client.speaking.language import Language
from vectray_client.speaking.sentences import said


@pytest.mark.parametrize(
    ("english", "chinese"),
    [
        ("the PDF is damaged", "PDF 已损坏"),
        (
            "It could not be read: the PDF is damaged; it is tried again when it changes.",
            "无法读取：PDF 已损坏。文件改动后会再试。",
        ),
        (Pause(seconds_left=600).reason, "索引已暂停，还有 11 分钟。"),
        ("reading notes.txt", "正在读取 notes.txt"),
        ("reading two\nlines.txt", "正在读取 two\nlines.txt"),
        ("reading idle", "正在读取 idle"),
        ("the system could not read it ($1)", "系统无法读取（$1）"),
        ("what nobody has translated", "What nobody has translated"),
        ("", ""),
    ],
)
def test_what_a_pattern_caught_stands_in_the_words(english: str, chinese: str) -> None:
    """Reasons inside a sentence are translated; names are not, whatever they are."""
    assert said(english, Language.ZH) == chinese


def test_english_is_left_as_it_is() -> None:
    """But for its first letter: reasons begin small, as they stand in other sentences elsewhere."""
    assert said("the PDF is damaged", Language.EN) == "The PDF is damaged"


def test_every_sentence_of_the_agent_is_known() -> None:
    """Whatever the agent can say, as far as its source shows, whoever reads Chinese reads in Chinese."""
    told = agents_sentences()
    assert len(told) > 100
    assert {sentence: file for sentence, file in told.items() if not is_known(sentence)} == {}


NEVER_SHOWN = {
    "The request is no message of the contract.",  # told to programs
    "The agent is already running{}.",  # told on the terminal that starts one
    "The agent cannot listen on {}.",  # as above
    "an embedder is used inside its `with` block, which closes its connection",  # a mistake of ours
    "max_tokens must be at least {}",  # as above
    "no {} in a process that reads files",  # as above, and in the two lines below
    "no answer of a reader",
    "no passage of a reader",
    "no element in it",  # becomes the sentence that a file is damaged
    "{} is no pattern.",  # becomes a sentence of the configuration, told on the terminal
    "no regular file",  # as above
    "head script style noscript template svg math iframe object canvas audio video",  # no sentence
}
SAMPLES = ("7", "7 passages", "/a/b", "vectrayd", "Indexing of this folder", "", "`vectray resume`")
"""What may be filled in."""
WHOLE = {
    "It is a folder: {}{}.": "It is a folder: 1 file with 2 passages indexed, 3 waiting to be read, 4 left out, 5 with problems."
}
"""What is put together elsewhere."""


def is_known(sentence: str) -> bool:
    """Whether a sentence has words in Chinese, for something that may be filled in."""
    if sentence in NEVER_SHOWN:
        return True
    sentence = WHOLE.get(sentence, sentence)
    fillings = product(SAMPLES, repeat=sentence.count("{}"))
    return any(
        said(filled, Language.ZH) != said(filled, Language.EN)
        for filled in (sentence.format(*each) for each in fillings)
    )


def test_a_part_of_a_sentence_does_not_end_it() -> None:
    """A pause told inside another sentence is a part of it."""
    pause = "Its folder is not looked at now: indexing is paused until `vectray resume`."
    assert said(pause, Language.ZH) == "暂时不查看它所在的文件夹：索引已暂停，直到手动继续。"


_PAGE = """
globalThis.document = { documentElement: { lang: "zh-CN" } };
globalThis.fetch = async () => ({ ok: true, json: async () => table });
const [script, tableFile] = process.argv.slice(1);
const { readFileSync } = await import("node:fs");
const table = JSON.parse(readFileSync(tableFile, "utf8"));
const { learnSentences, said } = await import(script);
await learnSentences();
console.log(JSON.stringify(JSON.parse(readFileSync(0, "utf8")).map(said)));
"""
SCRIPT = Path(sentences.__file__).parents[1] / "web" / "static" / "words" / "sentences.js"


def test_the_page_says_what_the_tray_says() -> None:
    """The page's own script makes of every sentence what Python makes of it, names with odd characters included."""
    node = shutil.which("node")
    if node is None:
        pytest.skip("there is no node here to run the page's script")
    told = [
        sentence.format(*[filling] * sentence.count("{}"))
        for sentence in agents_sentences()
        for filling in (*SAMPLES, "a\nb。$1")
    ]
    run = subprocess.run(
        [
            node,
            "--no-warnings",
            "--input-type=module",
            "-e",
            _PAGE,
            SCRIPT.as_uri(),
            sentences.SENTENCES_FILE,
        ],
        input=json.dumps(told),
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
    )
    assert json.loads(run.stdout) == [said(sentence, Language.ZH) for sentence in told]
