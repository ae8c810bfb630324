"""The preflight of files for the press, ours or anybody's: the rules that print shops hold a file against."""
