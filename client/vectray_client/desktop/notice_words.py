"""What notifications say: a title and a text for each topic, and what they have in common. Pure."""

from vectray_client.speaking.catalogue import Words
from vectray_client.speaking.language import Language

NOTICE_WORDS: dict[Language, Words] = {
    Language.EN: {
        "first-index": "Your documents can be searched",
        "first-index-text": {"one": "1 document is indexed.", "other": "{count} documents are indexed."},
        "problems": {"one": "1 file could not be read", "other": "{count} files could not be read"},
        "problems-text": "{names}",
        "folder-gone": {"one": "A folder is out of reach", "other": "{count} folders are out of reach"},
        "folder-gone-text": "{names}: what was read there is still found.",
        "disk-low": "Indexing has stopped because of the disk",
        "disk-low-text": "{names}",
        "between-folders": ", ",
        "between-reasons": ". ",
        "more": "{count} more",
        "show": "Show",
    },
    Language.ZH: {
        "first-index": "可以搜索你的文档了",
        "first-index-text": {"other": "已索引 {count} 篇文档。"},
        "problems": {"other": "有 {count} 个文件无法读取"},
        "problems-text": "{names}",
        "folder-gone": {"other": "有 {count} 个文件夹无法访问"},
        "folder-gone-text": "{names}：已读过的内容仍可找到。",
        "disk-low": "磁盘问题使索引停止",
        "disk-low-text": "{names}",
        "between-folders": "、",
        "between-reasons": "；",
        "more": "另有 {count} 个",
        "show": "查看",
    },
}
