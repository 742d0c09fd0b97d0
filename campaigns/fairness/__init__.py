"""How evenly funds reach small and large companies."""
