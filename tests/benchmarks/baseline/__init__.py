"""What Django itself costs: a page of the same size without a database, and a registration that is one INSERT."""
