"""Who is served next: waiting jobs, the slices made of them, and the loops that hand slices to workers."""
