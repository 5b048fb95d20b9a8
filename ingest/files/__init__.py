"""From files on disk and in remote places to one relation of texts a file, with its headers."""
