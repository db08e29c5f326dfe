"""Charts: figures drawn as plotly's dictionaries, in one look for both themes and paper."""
