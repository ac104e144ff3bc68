"""Write the launcher that distributions install, `desktop/vectray.desktop`: `.venv/bin/python packaging/write_launcher.py`."""

from collections.abc import Mapping
from pathlib import Path
from typing import Final

from vectray_client.autostart.desktop_entry import GROUP, entry_text, exec_line

LAUNCHER: Final = Path(__file__).resolve().parent / "desktop" / "vectray.desktop"
_NAMES: Final = ("", "[zh_CN]", "[zh_TW]")
_ACTIONS: Final = {
    "search": (("Search", "搜索", "搜尋"), ("web",)),
    "tray": (("Show the icon in the tray", "显示托盘图标", "顯示系統匣圖示"), ("tray",)),
    "pause": (("Pause for an hour", "暂停一小时", "暫停一小時"), ("pause", "--for", "1h")),
    "resume": (("Resume", "继续", "繼續"), ("resume",)),
}
"""Names in English and in both ways of writing Chinese, and what is run."""


def launcher() -> str:
    """Return the launcher. It opens the page, which needs neither a tray nor a running agent."""
    main = {
        "Type": "Application",
        "Name": "Vectray",
        **_translated("GenericName", ("Document Search", "文档搜索", "文件搜尋")),
        **_translated(
            "Comment",
            ("Your own documents, searchable by meaning", "按意思搜索自己的文档", "按意思搜尋自己的文件"),
        ),
        **_translated(
            "Keywords",
            ("search;find;documents;semantic;index;", "搜索;查找;文档;语义;", "搜尋;尋找;文件;語意;"),
        ),
        "Icon": "vectray",
        "TryExec": "vectray",
        "Exec": exec_line(["vectray", "web"]),
        "Terminal": "false",
        "StartupNotify": "false",
        "Categories": "Utility;",
        "Actions": "".join(f"{action};" for action in _ACTIONS),
    }
    actions = {
        f"Desktop Action {action}": {
            **_translated("Name", names),
            "Exec": exec_line(["vectray", *words]),
        }
        for action, (names, words) in _ACTIONS.items()
    }
    return entry_text({GROUP: main, **actions})


def _translated(key: str, texts: tuple[str, str, str]) -> Mapping[str, str]:
    return {f"{key}{language}": text for language, text in zip(_NAMES, texts, strict=True)}


if __name__ == "__main__":
    LAUNCHER.write_text(launcher(), "utf-8", newline="\n")
