"""Making a project folder: an operator's own sites, settings and schedule beside the installed package."""
