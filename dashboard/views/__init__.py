"""One script a page; each runs from top to bottom for every interaction."""
