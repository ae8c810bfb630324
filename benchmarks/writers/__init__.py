"""One module a tool: the book as that tool wants its sources."""
