"""The blog kit in a reader's browser: what its worker, ``static/js/blog/engine/engine.worker.js``, asks of Python."""
