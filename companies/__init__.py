"""Companies, their interest and needs. Stands between `matching` and `providers` (see docs/architecture.md)."""
