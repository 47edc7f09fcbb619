"""The rules of a receiving MTA, one a file: each answers one letter or connection at the moment it comes."""
