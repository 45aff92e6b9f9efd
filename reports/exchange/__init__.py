"""A report as a file: its form as a workbook that people fill in, and the same workbook back."""
