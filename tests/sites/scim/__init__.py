"""SCIM 2.0, against a service that others wrote."""
