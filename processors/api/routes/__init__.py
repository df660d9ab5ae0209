"""Routes by subject: each asks ``processors.store.queries`` and answers through ``processors.api.formats``."""
