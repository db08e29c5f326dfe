"""The database. The daemon writes here; the web application reaches usage only through `core.visibility`.

`engine` opens a database, brings it to the schema of this version (by the scripts in `migrations`) and says what is
wrong with it; `tables` declares what stands in it.

What people do: `usage` has the rows of each day, their sums and bitmaps, and the ledger of days, which `day_writes`
writes at once; `totals` the figures of the whole organisation, in which no person stands.

Who they are: `directory` takes in files of people and reporting lines, `hierarchy` says who is below whom today and was
on any day, `matching` whose account is whose, and where all use belongs.

Around it: `connection` has what is known of Claude's API, with the sealed key; `access` who signs in, may do what,
looked at what and took which file along; `notes` what people and admins say about days; `process_cache` what a process
keeps of all this between two requests.
"""
