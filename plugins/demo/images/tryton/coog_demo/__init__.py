"""What the Coog image adds to a plain Tryton server, for the stand-in image."""
