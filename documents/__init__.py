"""Files that people open: workbooks. Writing and reading, nothing of the business."""
