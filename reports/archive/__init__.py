"""What becomes of finished reports: the archive, how long they are kept, legal holds, acts of destruction, and the purge.

| module | |
|---|---|
| `conditions` | what is finished, of the archive, held, past its period: for questions to the database |
| `archive` | what the rest of the product sees: the mark of the archive, periods, what is due, tombstones |
| `holds` | legal holds on one report, or on all of a kind, a body, a range of periods |
| `destruction` | acts of destruction: drafted, approved, given up |
| `printing` | an act of destruction on paper |
| `purging` | the only place where contents of a report are deleted |
"""
