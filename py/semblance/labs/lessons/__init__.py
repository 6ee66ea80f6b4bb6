"""The lessons, one a file, in the order of `semblance.labs.catalogue`."""
