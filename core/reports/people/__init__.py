"""The figures of the pages People, Person and My usage."""
