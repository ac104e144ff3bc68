"""Which files are read, and as what: by their names alone. Light to import: the process that owns the readers asks too."""

from collections.abc import Mapping
from pathlib import PurePath

from vectray_client.domain import FileType

_SUFFIXES: Mapping[FileType, str] = {
    FileType.TEXT: """
        txt text log csv tsv json jsonl ndjson json5 geojson yaml yml toml ini cfg conf properties xml rst adoc asciidoc
        org tex bib srt vtt po pot diff patch wiki textile""",
    FileType.MARKDOWN: "md markdown mdown mkd mkdn mdx qmd rmd",
    FileType.CODE: """
        py pyi pyx pyw ipy rb rake php pl pm lua tcl r jl sh bash zsh fish ps1 psm1 bat cmd awk vim el lisp clj cljs
        scm rkt c h cc cpp cxx hh hpp hxx ino m mm cs fs fsx vb java kt kts scala groovy gradle swift go rs zig d nim
        pas f f90 f95 for asm s v sv vhd vhdl ml mli hs erl hrl ex exs elm dart js mjs cjs jsx ts mts cts tsx vue svelte
        css scss sass less sql graphql gql proto thrift cmake mk nix tf hcl cu cuh sol""",
    FileType.HTML: "html htm xhtml xht",
    FileType.PDF: "pdf",
    FileType.DOCX: "docx docm dotx dotm",
    FileType.PPTX: "pptx pptm potx potm ppsx ppsm",
    FileType.XLSX: "xlsx xlsm xltx xltm",
    FileType.DOC: "doc",
    FileType.PPT: "ppt pps",
    FileType.XLS: "xls xlt",
    FileType.ODT: "odt ott odp otp ods ots",
    FileType.EPUB: "epub",
    FileType.RTF: "rtf",
    FileType.EML: "eml emlx mht mhtml",
    FileType.IPYNB: "ipynb",
}
_ARCHIVE = b"PK\x03\x04"  # APPNOTE 4.3.7
_COMPOUND = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"  # [MS-CFB] 2.2
_RTF = b"{\\rtf"
# Old and new Office files and RTF are named for each other, and are read as what they are.
_OFFICE = (_ARCHIVE, _COMPOUND, _RTF)
_SIGNATURES: Mapping[FileType, tuple[bytes, ...]] = {
    FileType.PDF: (b"%PDF-",),
    FileType.DOCX: _OFFICE,
    FileType.PPTX: _OFFICE,
    FileType.XLSX: _OFFICE,
    FileType.DOC: _OFFICE,
    FileType.PPT: _OFFICE,
    FileType.XLS: _OFFICE,
    FileType.ODT: (_ARCHIVE,),
    FileType.EPUB: (_ARCHIVE,),
    FileType.RTF: (_RTF,),
}
_TYPE_OF_SUFFIX = {
    suffix: file_type for file_type, suffixes in _SUFFIXES.items() for suffix in suffixes.split()
}
_CODE_NAMES = """
    makefile gnumakefile dockerfile containerfile jenkinsfile vagrantfile rakefile gemfile procfile justfile
    cmakelists.txt meson.build"""
_TYPE_OF_NAME = dict.fromkeys(_CODE_NAMES.split(), FileType.CODE)


def file_type_of(path: str) -> FileType | None:
    """What the file at `path` would be read as; None for a type that is not read.

    Case does not matter. A name without a suffix (README, LICENSE, notes) may hold anything, and most often text.
    """
    name = PurePath(PurePath(path).name.lower())
    suffix = name.suffix.strip(".")
    return _TYPE_OF_NAME.get(str(name)) or (_TYPE_OF_SUFFIX.get(suffix) if suffix else FileType.TEXT)


def signatures_of(file_type: FileType) -> tuple[bytes, ...]:
    """What files of a type have near their start, one of these; nothing for formats that are text."""
    return _SIGNATURES.get(file_type, ())
