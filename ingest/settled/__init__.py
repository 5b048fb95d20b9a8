"""From each file to rows that name nobody, on disk, read anew only when something changed."""
