"""Bank channels: how money enters and leaves Kith."""
