"""What is shown of the documents found: each text once, by its newest file, with the best passages."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from vectray_client.domain import FoundPassage, Hit
from vectray_client.searcher.duplicates import Samples, nearly_same, sample
from vectray_client.searcher.grouping import Group, newest_first
from vectray_client.searcher.proposing import Proposals
from vectray_client.store.reading import Reader
from vectray_client.store.records import Filter, Passage

_SPARE = 20
"""Further documents that are looked at for copies of those that are shown."""
_MOST_COMPARED = 64
"""Passages of a document that are compared with another one's."""
_CLOSE = 0.02
"""Scores so near each other say that the question is about what two versions have in common; then the newer one is shown."""


@dataclass(slots=True, kw_only=True)
class _Kept:
    group: Group
    files: list[Passage]
    """That hold its best passage, the one to show first."""
    copies: list[str] = field(default_factory=list)


def shown(
    reader: Reader,
    groups: Sequence[Group],
    *,
    top: int,
    where: Filter,
    more_passages: int,
    found_by: Proposals,
) -> list[Hit]:
    """Return the best `top` documents that differ, as hits; `groups` are best first."""
    kept: list[_Kept] = []
    samples = Samples()
    for start in range(0, len(groups), top + _SPARE):
        portion = groups[start : start + top + _SPARE]
        passages = reader.passages([group.chunk_ids[0] for group in portion], where)
        found = [
            (group, newest_first(passages[group.chunk_ids[0]]))
            for group in portion
            if group.chunk_ids[0] in passages  # else it was replaced in between
        ]
        # The newer of equals first.
        found.sort(key=lambda pair: (-round(pair[0].score, 9), -pair[1][0].modified_ns))
        for group, files in found:
            _keep(reader, kept, samples, group, files)
        if len(kept) >= top:
            break
    del kept[top:]
    others = [chunk_id for one in kept for chunk_id in one.group.chunk_ids[1 : 1 + more_passages]]
    further = {chunk_id: files[0] for chunk_id, files in reader.passages(others, where).items()}
    return [_hit(one, further, more_passages, found_by) for one in kept]


def _keep(reader: Reader, kept: list[_Kept], samples: Samples, group: Group, files: list[Passage]) -> None:
    """Add a document, or tell its files as copies of one that is there."""
    sampled = sample(files[0].chunk.text)
    for number in samples.alike(sampled):
        same = kept[number]
        if _is_same(reader, same.files[0], files[0]):
            if files[0].modified_ns > same.files[0].modified_ns and same.group.score - group.score < _CLOSE:
                same.group, same.files, files = replace(group, score=same.group.score), files, same.files
            same.copies += [file.path for file in files]
            return
    samples.add(len(kept), sampled)
    kept.append(_Kept(group=group, files=files))


def _is_same(reader: Reader, passage: Passage, other: Passage) -> bool:
    """Whether two documents say nearly the same: first these passages, then all of them."""
    if not nearly_same(passage.chunk.text, other.chunk.text):
        return False
    if passage.passages == other.passages == 1:
        return True
    whole, other_whole = (
        "\n".join(reader.texts_of(each.document, _MOST_COMPARED)) for each in (passage, other)
    )
    return nearly_same(whole, other_whole)


def _hit(one: _Kept, further: dict[int, Passage], more_passages: int, found_by: Proposals) -> Hit:
    best, *same = one.files
    chunk_id, *others = one.group.chunk_ids[: 1 + more_passages]
    return Hit(
        path=best.path,
        score=one.group.score,
        best=_found(chunk_id, best, found_by),
        more=tuple(_found(other, further[other], found_by) for other in others if other in further),
        copies=(*(file.path for file in same), *one.copies),
        file_type=best.file_type,
        modified_ns=best.modified_ns,
        title=best.title,
        passages=best.passages,
    )


def _found(chunk_id: int, passage: Passage, found_by: Proposals) -> FoundPassage:
    return FoundPassage(
        chunk=passage.chunk,
        vector_score=found_by.by_meaning.get(chunk_id),
        keyword_score=found_by.by_words.get(chunk_id),
    )
