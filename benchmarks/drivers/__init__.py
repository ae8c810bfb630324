"""Programs that run one tool in a process of its own."""
