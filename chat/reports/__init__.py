"""What people report, kept for the risk team."""
