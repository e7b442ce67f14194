"""What publishers reserve: signals in headers, pages and files of a host, and the policy that obeys them."""

AGENT = "newsarchive"
"""The name by which robots.txt, robots metas and X-Robots-Tag address this crawler alone."""
