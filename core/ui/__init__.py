"""What pages are made of. `gate` is the first statement of each; `main` is the script that every run comes through.

`session` is what a process and a sign-in hold, and for whom open pages were drawn; `frame` what surrounds each page;
`widgets` the parts that pages share; `team`, `person`, `reviews`, `admin` and `help` the parts of the pages in the
folders of `pages/`, where `person` serves both an employee's own pages and a manager's.
"""
