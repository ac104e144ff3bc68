"""From a path to a `Document` or a `Refusal`, in processes of their own: a file may hang or crash a reader, never more.

Two doors. `digest.digest` tells what a file's content is called, or why no reader is to have it; it runs in the process that owns the
index. `pool.Readers` has contents read. Inside a reader (`reader_process`, `confinement`): `reader` admits the file again
(`admission`), extracts its text (`extract`, one module per family of formats) and cuts it into passages (`chunker`).
"""
