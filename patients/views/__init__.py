"""The pages of patients: parse, call one action or query, render."""
