"""The parts of the pages Adoption, Teams, People and Organisation."""
