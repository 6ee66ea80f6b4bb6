"""From documents to stored vectors: passages, the recipe, the plan of a run, batches, and the report."""
