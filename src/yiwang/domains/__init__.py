"""What government does here, as ranked packages; a package uses lower ones only."""
