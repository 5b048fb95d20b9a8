"""From one file to the rows, problems and questions that later loads take instead of reading it."""
