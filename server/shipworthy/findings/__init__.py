"""What is reported: findings, fixes, severities, messages in two languages, suppression."""
