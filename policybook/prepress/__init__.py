"""Finishing: the master becomes a file for one reader, by small functions of one purpose each."""
