"""Pages for whoever keeps the directory of officials: a file is looked at, taken, and told of afterwards."""
