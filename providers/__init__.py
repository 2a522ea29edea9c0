"""Training providers and their courses. Stands between `companies` and `verbuende` in the street (see docs/architecture.md)."""
