"""Remote places: exports fetched over SFTP, from S3 and over HTTP, whole or not at all."""
