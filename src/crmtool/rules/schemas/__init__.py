"""Rules files as JSON Schema (draft-07), for editors that check and complete while one writes."""
