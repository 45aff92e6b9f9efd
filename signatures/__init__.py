"""Electronic signatures (ЭЦҚ, ЭЦП): verifying them, whoever signs whatever; nothing of reports, nothing of people."""
