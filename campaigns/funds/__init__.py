"""Money of the platform or of a partner that boosts may draw on."""
