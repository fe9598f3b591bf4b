"""Settings, addresses and wiring: the only place that builds real objects."""
