"""What holds of every catalogue of words."""

from vectray_client.speaking.catalogue import Catalogue, names_in
from vectray_client.speaking.language import Language


def faults(catalogue: Catalogue) -> list[str]:
    """Return what is missing from a catalogue in one of its languages, or is not the same in both."""
    english, chinese = catalogue.words[Language.EN], catalogue.words[Language.ZH]
    return [
        *(f"{key} is only in one language" for key in english.keys() ^ chinese.keys()),
        *(f"{key} is in another place" for key, other in zip(english, chinese, strict=False) if key != other),
        *(
            f"{key} fills in {sorted(names_in(english[key]) ^ names_in(chinese[key]))} in one language only"
            for key in english.keys() & chinese.keys()
            if names_in(english[key]) != names_in(chinese[key])
        ),
        *(f"{key} says nothing" for words in (english, chinese) for key in words if not words[key]),
    ]
