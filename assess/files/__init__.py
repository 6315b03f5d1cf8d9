"""The files floor: stored files, an organisation in every key."""
