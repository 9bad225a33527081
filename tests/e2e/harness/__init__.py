"""What the end-to-end scenarios stand on: processes, registries, an S3 server, clients and images."""
