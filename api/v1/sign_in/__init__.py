"""Who you are, and how you show it, over HTTP."""
