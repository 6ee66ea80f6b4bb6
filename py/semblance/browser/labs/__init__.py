"""The labs' Python in a worker: the tools of lessons, and the calls that the page makes."""
