"""A look at a site that is not declared yet: where it lists its articles, and what its declaration should be."""
