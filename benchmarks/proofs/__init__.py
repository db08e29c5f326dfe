"""What has to hold, tried at length: that the sync loses nothing, and that nobody sees whom they may not."""
