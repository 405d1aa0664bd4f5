"""The JSON documents: one versioned schema per command, made from the same frames as the workbooks."""
