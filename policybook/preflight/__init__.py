"""Preflight: gates that read the finished files and never repair them. Findings are `Problem`s."""
