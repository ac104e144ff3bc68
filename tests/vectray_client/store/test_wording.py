from tests.vectray_client.store.documents import STATE, document, put

from vectray_client.store.keywords import phrase_expression, terms
from vectray_client.store.records import EVERYTHING, Filter
from vectray_client.store.store import Store
from vectray_client.store.wording import SMALL


def found(store: Store, query: str, limit: int = 10, filter_: Filter = EVERYTHING) -> list[str]:
    """The passages that words find, best first."""
    hits = store.word_search(terms(query), limit, filter_)
    assert [score for _, score in hits] == sorted((score for _, score in hits), reverse=True)
    assert all(score > 0 for _, score in hits)
    passages = store.passages([chunk for chunk, _ in hits])
    return [passages[chunk][0].chunk.text for chunk, _ in hits]


def test_whole_words_come_before_beginnings(store: Store) -> None:
    """A long passage with the word is better than a short one with a word that begins so."""
    texts = ("photography", "photographs", f"a photo {'of something else ' * 20}", "nothing")
    put(store, "/d/a", document(*texts))
    assert found(store, "photo")[0] == texts[2]
    assert sorted(found(store, "photo")[1:]) == ["photographs", "photography"]
    assert found(store, "photo", limit=1) == [texts[2]]


def test_a_word_that_is_nowhere_is_the_beginning_of_others(store: Store) -> None:
    """It weighs as a word does: what it begins comes before what has only the commoner words."""
    put(store, "/d/a", document("cluster notes", "Kubernetes cluster", "cluster", "another cluster"))
    assert found(store, "kuber cluster")[0] == "Kubernetes cluster"


def test_beginnings_of_too_many_words_find_nothing_more(store: Store) -> None:
    """Two letters begin half of a dictionary."""
    put(store, "/d/a", document("photography"))
    assert found(store, "ph") == []


def test_traditional_and_simplified_find_each_other(store: Store) -> None:
    """In passages as in questions."""
    put(store, "/d/a", document("機器學習", "机器学习"))
    assert found(store, "机器学习") == found(store, "機器學習")
    assert len(found(store, "機器學習")) == 2


def test_what_a_filter_asks_for_is_looked_for(store: Store) -> None:
    """A phrase that must be there is found without any other word."""
    put(store, "/d/a", document("the exact phrase", "phrase exact", "other"))
    holding = Filter(holding=phrase_expression("exact phrase"))
    assert found(store, "", filter_=holding) == ["the exact phrase"]
    assert found(store, "other", filter_=holding) == ["the exact phrase"]


def test_the_commonest_words_are_left_out_of_a_large_index(store: Store) -> None:
    """Where all together are too many to be weighed in time, the rare ones decide; a common one alone is still looked for."""
    put_many = [f"common word {number}" for number in range(SMALL)]
    store.store_document("/d/a", STATE, settled=True, document=document(*put_many, "rare common"))
    assert found(store, "common rare", limit=1) == ["rare common"]
    assert len(found(store, "word rare")) == 1
    assert len(found(store, "common word", limit=5)) == 5


def test_a_very_common_character_is_found_without_weighing_it(store: Store) -> None:
    """In some passages of many, those first that have most of it; in all of few."""
    texts = [f"中国{number}" for number in range(SMALL)]
    store.store_document("/d/a", STATE, settled=True, document=document("中中中", *texts))
    assert found(store, "中", limit=5)[0] == "中中中"
    assert len(found(store, "中", limit=50)) == 50
    assert found(store, "中", filter_=Filter(folders=("/elsewhere",))) == []
    store.forget_files(["/d/a"])
    assert found(store, "中") == []


def test_a_very_common_character_beside_telling_words_decides_nothing(store: Store) -> None:
    """As the year in a date: the words find their passage, in an index of few passages that are full of it as of many."""
    for path, count in (("/d/few", 40), ("/d/many", SMALL)):
        texts = [f"{'年中' * (4000 // count + 1)} {number}" for number in range(count)]
        store.store_document(path, STATE, settled=True, document=document("哈佛大学 1929 年", *texts))
        assert found(store, "1929年，谁在哈佛大学？", limit=5)[0] == "哈佛大学 1929 年"
