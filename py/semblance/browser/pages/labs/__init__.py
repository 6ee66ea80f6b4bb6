"""The room of the labs: the contents, one lab at a time, its demonstrations, figures, cells and exercises.

It is imported when the room is opened for the first time. The labs' worker computes what lessons show (`engine`).
"""
