"""Opens files where a person reads them: in their own programs, at the place that was found, or in the file manager."""
