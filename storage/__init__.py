"""Keeping things: database, columns, transaction, outbox, journal, files, backups. Nothing of the business."""
