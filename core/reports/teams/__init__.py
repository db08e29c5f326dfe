"""The figures of the page Teams: teams side by side; and of whom sums would tell alone."""
