"""What the Register puts on paper, in the words of officials; `documents` writes the files."""
