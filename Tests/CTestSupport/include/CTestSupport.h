// Tells TestSupport about every process that a test starts. Nothing to call: see process_start.c.
