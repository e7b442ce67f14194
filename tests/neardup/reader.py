"""Prints the clusters of an archive, one JSON object a line. Arguments: its folder, how many processes."""

import json
import sys
from dataclasses import asdict

from newsarchive.archive import Archive
from newsarchive.neardup.clusters import archive_texts, clusters

if __name__ == "__main__":
    for labels in clusters(archive_texts(Archive.open(sys.argv[1]), processes=int(sys.argv[2]))):
        print(json.dumps(asdict(labels)))  # noqa: T201 - the program's output
