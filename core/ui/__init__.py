"""What pages are made of. `gate` is the first statement of each; `main` is the script that every run comes through.

`watch` has open pages drawn again when they have to be; `session` is what a process, a sign-in and an address hold, and
for whom open pages were drawn; `frame` what surrounds each page; `widgets` the parts that pages share; `team`,
`person`, `reviews`, `admin` and `help` the parts of the pages in the folders of `pages/`, where `person` serves both an
employee's own pages and a manager's.
"""
