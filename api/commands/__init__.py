"""The commands of ``cloudindex``, a file each, so that a call loads what its own command needs."""
