"""From the text of a rules file to its values, with every mistake at its place."""
