"""Usage a day at a time: rows, team sums, bitmaps and ledger, written at once by `writes`; and their queries."""
