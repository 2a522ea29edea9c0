"""Training providers and their courses. Stands between `companies` and `verbuende` (see docs/architecture.md)."""
