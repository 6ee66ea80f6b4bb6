"""The app's rooms. Markup is in ``index.html``; each module here fills and listens to one part of it."""
