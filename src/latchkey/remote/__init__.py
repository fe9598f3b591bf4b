"""The doors to other systems: the only code that sends anything to one."""
