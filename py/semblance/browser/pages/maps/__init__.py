"""The room of the map. Its modules are loaded when it is opened for the first time."""
