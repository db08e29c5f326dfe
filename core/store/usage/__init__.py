"""Usage a day at a time: rows, team sums, bitmaps and ledger; and their queries."""
