"""What is known of models (catalogue), which are on this disk (library), and how one is made of a package's weights."""
