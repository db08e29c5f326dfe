"""What every page is made of: the gate, the navigation, the look, and the components that pages put together."""
