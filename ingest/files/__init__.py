"""From places on disk and far away to one relation of texts a file, with what its head says."""
