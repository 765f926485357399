"""Views of the worklist: parse, call one action or query, render."""
