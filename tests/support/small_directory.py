"""The directory file of a lead with two reports, of whom one left, and of two people beside them."""

DIRECTORY = b"""email,name,manager_email,end_date
alice@example.com,Alice Archer,,
bob@example.com,Bob Baker,alice@example.com,
charlie@example.com,Charlie Cole,,
dora@example.com,Dora Dean,,
eve@example.com,Eve Ellis,alice@example.com,2026-01-31
"""
