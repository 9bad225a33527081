"""What the figures stand on: servers, load, costs, samples, and the page they end on."""
