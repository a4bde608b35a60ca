"""What any domain may stand on."""
