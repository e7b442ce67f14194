"""This project's sites, one a file; a file named as a bundled site's replaces that one."""
