"""What berth and registry:2 answer to the same requests, and which differences are meant."""
