"""What hosts are told of a menu, and of the next one."""

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st
from tests.vectray_client.desktop.drawn_menus import menus

from vectray_client.desktop.backends.status_notifier.menu_layout import (
    DEFAULTS,
    EMPTY,
    ROOT,
    Layout,
    Row,
    difference,
    lay_out,
    properties_of,
)
from vectray_client.desktop.menu_items import Menu, walk


def laid_out(shown: list[Menu]) -> list[Layout]:
    """The layouts of menus that are shown one after the other."""
    layouts = [EMPTY]
    for menu in shown:
        layouts.append(lay_out(menu, after=layouts[-1]))
    return layouts


@given(st.lists(menus, max_size=6))
def test_a_number_stands_for_one_line_for_ever(shown: list[Menu]) -> None:
    """Who clicks a number that was seen once means the line that had it then, or none."""
    layouts = laid_out(shown)
    keys: dict[int, str] = {}
    for before, after in pairwise(layouts):
        for key, number in after.numbers.items():
            assert keys.setdefault(number, key) == key
            assert number == before.numbers.get(key, number)
            assert before.next_number <= number or key in before.numbers


@given(menus)
def test_every_line_is_laid_out_once_with_what_it_asks_for(menu: Menu) -> None:
    """Whatever the menu, each key has a line, each line is in one place, and lines that ask for nothing ask for nothing."""
    layout = lay_out(menu)
    placed = [child for row in layout.rows.values() for child in row.children]
    assert sorted([ROOT, *placed]) == sorted(layout.rows)
    for key, number in layout.numbers.items():
        assert layout.rows[number].order in [item.order for item in walk(menu) if item.key == key]


@given(menus, menus)
def test_the_difference_is_all_that_a_host_needs(first: Menu, second: Menu) -> None:
    """A host that changes properties as told, and asks again for the menus that were relaid, knows the new layout."""
    before, after = laid_out([first, second])[1:]
    told = difference(before, after)
    known = {number: dict(row.properties) for number, row in before.rows.items()}
    for number, properties in told.updated.items():
        known[number] |= properties
    for number, names in told.removed.items():
        for name in names:
            del known[number][name]
    children = {number: row.children for number, row in before.rows.items()}
    for parent in told.relaid:
        children[parent] = after.rows[parent].children
        for child in children[parent]:
            take(after.rows[child], after, known, children)
    assert reached(ROOT, known, children) == reached(
        ROOT,
        {number: dict(row.properties) for number, row in after.rows.items()},
        {number: row.children for number, row in after.rows.items()},
    )


def take(
    row: Row, layout: Layout, known: dict[int, dict[str, object]], children: dict[int, tuple[int, ...]]
) -> None:
    """Take in a line and all below it."""
    known[row.number] = dict(row.properties)
    children[row.number] = row.children
    for child in row.children:
        take(layout.rows[child], layout, known, children)


def reached(
    number: int, known: dict[int, dict[str, object]], children: dict[int, tuple[int, ...]]
) -> list[object]:
    """A line as it would be drawn, with all below it."""
    return [number, known[number], [reached(child, known, children) for child in children[number]]]


@given(menus)
def test_nothing_is_told_twice(menu: Menu) -> None:
    """The same menu again is no news."""
    before, after = laid_out([menu, menu])[1:]
    told = difference(before, after)
    assert (told.updated, told.removed, told.relaid) == ({}, {}, [])


@given(menus)
def test_only_what_the_protocol_knows_is_told(menu: Menu) -> None:
    """Each property has a default that a host may rely on, and is told where it differs."""
    for item in walk(menu):
        for name, told in properties_of(item).items():
            assert type(told) is type(DEFAULTS[name])
            assert told != DEFAULTS[name]
