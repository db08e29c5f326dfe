"""The figures of the page Adoption, of one team, product and range."""
