"""What both runtimes need to know about models: manifests, pooling, and the encoder itself."""
