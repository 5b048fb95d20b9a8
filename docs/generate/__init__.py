"""The reference pages, printed from the code they describe: one module a page."""
