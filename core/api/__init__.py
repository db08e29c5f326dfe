"""Reading the Claude Enterprise Analytics API: from a day to one page of counters per user.

endpoints   which paths and parameters exist
governor    how many requests a minute may be sent
exchange    one request and its answer, bounded in time and size
retry       how long to wait before asking again
skew        how far this machine's clock is from that of the API
failures    what an answer that is no page means
client      all of the above as one client: a page of JSON for one day
envelope    a page's cursor and fingerprint, without parsing the page
rows        the typed shape of a page, generated from the catalogue
counting    rows to a matrix of counters
undecoded   what can go wrong while an answer is decoded, and where in it
drift       fields that the catalogue does not know
records     a page of JSON to a `UsagePage`
totals      pages of summaries, skills and connectors to typed rows, without people
"""
