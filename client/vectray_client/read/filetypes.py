"""Which files are read, and as what: by their names alone."""

from collections.abc import Mapping
from pathlib import PurePath

from vectray_client.domain import FileType

_SUFFIXES: Mapping[FileType, str] = {
    FileType.TEXT: """
        txt text log csv tsv json jsonl ndjson json5 geojson yaml yml toml ini cfg conf properties xml rst adoc asciidoc
        org tex bib srt vtt po diff patch wiki textile""",
    FileType.MARKDOWN: "md markdown mdown mkd mkdn mdx qmd rmd",
    FileType.CODE: """
        py pyi pyx pyw ipy rb rake php pl pm lua tcl r jl sh bash zsh fish ps1 psm1 bat cmd awk vim el lisp clj cljs
        scm rkt c h cc cpp cxx hh hpp hxx ino m mm cs fs fsx vb java kt kts scala groovy gradle swift go rs zig d nim
        pas f f90 f95 for asm s v sv vhd vhdl ml mli hs erl hrl ex exs elm dart js mjs cjs jsx ts mts cts tsx vue svelte
        css scss sass less sql graphql gql proto thrift cmake mk nix tf hcl cu cuh sol""",
    FileType.HTML: "html htm xhtml xht",
    FileType.PDF: "pdf",
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
