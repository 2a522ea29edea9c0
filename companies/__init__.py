"""Companies, their interest and needs. Stands between `matching` and `providers` in the street (see docs/architecture.md)."""
