from importlib.metadata import version

from vectray_client.read.recipe import RECIPE


def test_a_recipe_names_what_takes_texts_out_of_files() -> None:
    """Another version of a library may find more in the same bytes, so it is another recipe."""
    edition, *libraries = RECIPE.split()
    assert int(edition) >= 1
    assert f"pypdfium2-{version('pypdfium2')}" in libraries
