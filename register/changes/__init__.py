"""Changes of the Register: a new kind, the next version of one, its withdrawal; each from a draft to the act that puts it in force."""
