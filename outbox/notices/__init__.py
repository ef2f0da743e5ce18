"""What a person should hear about: kept until read, pushed to all devices that are connected."""
