"""Golden questions over a real handbook that is kept outside of the project, by file name and question."""
