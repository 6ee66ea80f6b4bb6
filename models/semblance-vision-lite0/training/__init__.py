"""How `semblance-vision-lite0` is made. See README.md beside this folder."""
