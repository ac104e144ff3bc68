"""From a path to a `Document` or a `Refusal`, in processes of their own: a file may hang or crash a reader, never more.

`pool.Readers` is the door. Inside a reader: `reader` admits the file (`admission`), extracts its text (`extract`, one
module per family of formats) and cuts it into passages (`chunker`).
"""
