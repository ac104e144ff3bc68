"""Everything that the tray says: in its menu, its tooltip and its notifications. Pure."""

from vectray_client.desktop.words.en import EN
from vectray_client.desktop.words.zh import ZH
from vectray_client.speaking.catalogue import Catalogue
from vectray_client.speaking.language import Language


def words_in(language: Language) -> Catalogue:
    """Return the words in a language."""
    return Catalogue(words={Language.EN: EN, Language.ZH: ZH}, language=language)
