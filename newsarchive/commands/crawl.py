"""`scrapy crawl`: as Scrapy's, but with the archive's exit codes, since Scrapy ends a failed upload with 0."""

import argparse
import sys

from scrapy.commands import BaseRunSpiderCommand

from newsarchive.crawl.process import apply, crawl
from newsarchive.crawl.summary import print_summary
from newsarchive.errors import NewsarchiveError, UsageError
from newsarchive.redaction import redact, redact_output


class Command(BaseRunSpiderCommand):
    """Run one spider into the archive."""

    requires_project = True
    requires_crawler_process = False

    def syntax(self) -> str:
        """Return what follows the command's name."""
        return "[options] <spider>"

    def short_desc(self) -> str:
        """Return one line of help."""
        return "Crawl a site into the archive"

    def run(self, args: list[str], opts: argparse.Namespace) -> None:
        """Crawl, print the summary and set the exit code."""
        redact_output()
        try:
            if len(args) != 1:
                raise UsageError("give scrapy crawl one spider; newsarchive crawl takes several")
            assert self.settings is not None  # noqa: S101 - Scrapy sets it before it runs a command
            apply(self.settings, dict(pair.partition("=")[::2] for pair in opts.set))
            outcome = crawl(args, opts.spargs, self.settings)
        except NewsarchiveError as error:
            sys.stderr.write(redact(f"scrapy crawl: {error}\n"))
            self.exitcode = error.exit_code
            return
        print_summary(outcome.report, uri=redact(str(self.settings["NEWSARCHIVE_URI"])))
        self.exitcode = outcome.exit_code
