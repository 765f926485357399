"""The forms of patients, by what they are about."""
