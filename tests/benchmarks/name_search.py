"""Files by their names: how long one look takes among many, and what the names cost.

    python -m tests.benchmarks.name_search [--files 100000]

Names are put together of Chinese and English words, dates and numbers, as offices have them. Each of the searches is for a part of a
name that is there: Han characters, pinyin, initials, an English word or its beginning; and, as if somebody typed, for each beginning
of these. A found name is the one that was looked for or one with the same part. Seconds and bytes are of the names alone: what the same
files take without them is left out.
"""

import argparse
import random
import statistics
import tempfile
import time
from pathlib import Path

from tests.benchmarks.figures import percentile, row

from vectray_client.domain import FileType
from vectray_client.store.name_forms import name_tokens
from vectray_client.store.pinyin import readings
from vectray_client.store.reading import Reader, open_reader
from vectray_client.store.records import Model
from vectray_client.store.store import Store, open_store

HAN = [
    "项目",
    "周报",
    "月报",
    "年度",
    "总结",
    "会议",
    "纪要",
    "合同",
    "协议",
    "预算",
    "计划",
    "方案",
    "报告",
    "银行",
    "行长",
    "重庆",
    "北京",
    "上海",
    "采购",
    "清单",
    "客户",
    "名单",
    "培训",
    "教材",
    "财务",
    "报表",
    "设计",
    "文档",
    "需求",
    "说明",
    "测试",
    "用例",
    "发票",
    "简历",
    "张三",
    "李四",
    "王五",
    "研究",
    "论文",
    "草稿",
    "终稿",
    "修订",
    "附件",
    "通知",
    "申请",
    "审批",
    "流程",
    "手册",
    "指南",
    "乐队",
    "音乐",
    "照片",
]
LATIN = [
    "report",
    "draft",
    "final",
    "notes",
    "meeting",
    "budget",
    "plan",
    "invoice",
    "contract",
    "design",
    "review",
    "photography",
    "kubernetes",
    "vector",
    "index",
    "search",
    "release",
    "manual",
    "guide",
    "paper",
    "thesis",
    "slides",
    "summary",
    "project",
    "client",
    "training",
    "survey",
    "analysis",
]
TOP = 20
SEARCHES = 300


def name(chance: random.Random) -> str:
    """A name such as 项目周报_2024-05-03.docx or budgetReview2023 v2.pdf."""
    han = "".join(chance.choices(HAN, k=chance.randint(2, 4)))
    latin = chance.choice(("_", " ", "-")).join(chance.choices(LATIN, k=chance.randint(1, 3)))
    words = chance.choice((han, han, latin, f"{han} {latin}"))
    tail = chance.choice(
        ("", f"_{chance.randint(2015, 2026)}", f" v{chance.randint(1, 9)}", f"{chance.randint(1, 99_999)}")
    )
    return f"{words}{tail}.{chance.choice(('docx', 'pdf', 'md', 'xlsx', 'txt'))}"


def fill(store: Store, paths: list[str]) -> None:
    """Make files of those names, all with one content."""
    store.set_model(Model(name="none", fingerprint="none", dimensions=8))
    with store.transaction():
        store._connection.execute(
            "INSERT INTO documents (model, sha256, file_type, recipe, title) SELECT id, 'content', 'text', '', '' FROM models"
        )
        store._connection.executemany(
            """INSERT INTO files (path, size, mtime_ns, ctime_ns, inode, settled, sha256, file_type)
            VALUES (?, 1, 1, 1, 1, 1, 'content', ?)""",
            [(path, FileType.TEXT) for path in paths],
        )


def searches(chance: random.Random) -> dict[str, list[str]]:
    """What people type, by its kind."""
    known = readings()

    def pinyin(word: str) -> str:
        return "".join(known[char][0] for char in word)

    pairs = ["".join(chance.choices(HAN, k=2)) for _ in range(SEARCHES)]
    words = {
        "Han": [chance.choice(HAN) for _ in pairs],
        "Han, two words": [" ".join(chance.choices(HAN, k=2)) for _ in pairs],
        "pinyin": [pinyin(chance.choice(HAN)) for _ in pairs],
        "pinyin of two words": [" ".join(map(pinyin, chance.choices(HAN, k=2))) for _ in pairs],
        "initials of two words": ["".join(known[char][0][0] for char in pair) for pair in pairs],
        "English": [chance.choice(LATIN) for _ in pairs],
        "English and Han": [f"{chance.choice(LATIN)} {chance.choice(HAN)}" for _ in pairs],
    }
    beginnings = [
        word[:length] for kind in words.values() for word in kind[:9] for length in range(1, len(word))
    ]
    return words | {"every beginning of these": chance.sample(beginnings, min(len(beginnings), SEARCHES))}


def measure(reader: Reader) -> None:
    """Print a line for each kind of search."""
    print(row("typed", "searches", "something found", "p50 ms", "p95 ms", "CPU ms"))
    print(row(*["---"] * 6))
    for kind, typed in searches(random.Random(7)).items():
        took, found, cpu = [], 0, time.thread_time()
        for words in typed:
            began = time.perf_counter()
            found += bool(reader.name_search(words, TOP))
            took.append((time.perf_counter() - began) * 1000)
        cpu = (time.thread_time() - cpu) / len(typed) * 1000
        p95 = percentile(took, 0.95)
        print(row(kind, len(typed), found, f"{statistics.median(took):.2f}", f"{p95:.2f}", f"{cpu:.2f}"))


def main() -> None:
    """Measure in a store of its own."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--files", type=int, default=100_000)
    files = parser.parse_args().files
    chance = random.Random(5)
    paths = [f"/home/somebody/{number // 100}/{number} {name(chance)}" for number in range(files)]
    with tempfile.TemporaryDirectory() as temporary:
        index = Path(temporary) / "index.sqlite"
        with open_store(index) as store:
            began = time.process_time()
            fill(store, paths)
            spent = time.process_time() - began
            began = time.process_time()
            tokens = sum(len(name_tokens(path).split()) for path in paths)
            made = time.process_time() - began
            ((size,),) = store._connection.execute("SELECT sum(length(block)) FROM names_data")
        print(
            f"- {files} files stored: {spent:.1f} CPU s, {made:.1f} of them for {tokens} tokens; on disk {size / 1e6:.0f} MB"
        )
        with open_reader(index) as reader:
            measure(reader)


if __name__ == "__main__":
    main()
