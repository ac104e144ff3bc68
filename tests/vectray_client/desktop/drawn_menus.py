"""Any menus, for laws that hold for all of them."""

from hypothesis import strategies as st

from vectray_client.desktop.menu_items import Item, Menu, Order, Verb

_KEYS = st.sampled_from("abcdefgh")
_LABELS = st.sampled_from(["", "one", "two_", "三 & <b>"])
_ORDERS = st.sampled_from([None, Order(verb=Verb.RESCAN), Order(verb=Verb.SEARCH)])


def _items(children: st.SearchStrategy[Menu]) -> st.SearchStrategy[Item]:
    return st.builds(
        Item,
        key=_KEYS,
        label=_LABELS,
        order=_ORDERS,
        is_default=st.booleans(),
        children=children,
    )


menus: st.SearchStrategy[Menu] = st.recursive(
    st.just(()), lambda children: st.lists(_items(children), max_size=4).map(tuple), max_leaves=6
)
"""A few lines with few keys, so that lines come, go, move and change; also with one key twice."""
