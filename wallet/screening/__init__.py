"""What stands in front of payments: judges are asked, and their strictest answer counts."""
