"""What admin pages and the command line do: connect Claude, watch the sync, keep the directory and the roles.

What admins do takes a proof of their role first, which `access` makes, so that nobody comes here by accident. `storage`
opens the database for programs, and `review_records` keeps the records of review files, whoever makes them.

Claude and the sync: `connection` takes the key, `status` says how things stand, `syncs` holds runs and days,
`endpoints` the organisation's totals, `checks` and `sign_in_check` examine the whole installation.

People: `directory_imports` and `directory_source` take files of the directory, `directory` those of the demo,
`directory_people` shows who is in it; `matching`, `unmatched`, `link_preview` and `withheld` say whose account is
whose, `reconciliation` where all use belongs.

Rights: `identities` and `roles` say who signs in as whom and may do what, `access_log` shows who looked, `acts` writes
down what admins did, `annotated` notes days on the charts, `restored` goes on after a backup was put back.
"""
