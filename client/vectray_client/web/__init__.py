"""The local page's server: what a browser may ask, answered through the SDK alone. Imported by the agent when the page is first opened."""
