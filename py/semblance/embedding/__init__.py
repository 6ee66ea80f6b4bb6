"""From a document to its vectors: passages, recipe, plan, batches, runs."""
