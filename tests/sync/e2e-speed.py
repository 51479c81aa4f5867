# SPDX-License-Identifier: EUPL-1.2
"""Upload speed of our client against curl: same server, same sizes, taking turns in one run.
"ours" and "curl" are the same work, each as a whole process: start, handshake, creation, PATCH up
to the acknowledged last byte (which the server gives only once the bundle is verified, durable and
recorded). "round" is a whole round of guichet-syncd on top: outbox, hash, receipt, commits.
Prints medians in MiB/s as JSON.

  GUICHET_BUILD=build GUICHET_SOURCE=. python3 tests/sync/e2e-speed.py [ROUNDS]"""
import json
import os
import statistics
import sys
import tempfile
import time

from e2e_kit import HELPER, SYNCD, Centre, Station, run

MIB = 1 << 20


def speed(sealed, *words):
    begun = time.monotonic()
    run(*words)
    return os.path.getsize(sealed["path"]) / MIB / (time.monotonic() - begun)


def by_curl(station, sealed):
    base = station.centre.url + "/v1/depots"
    metadata = run("sh", "-c", f"printf %s {sealed['sha256']} | base64 -w0").stdout
    common = ["-sS", "-f", "--cacert", station.path("trust/root.crt"), "--cert",
              station.path("keys/tls.crt"), "--key", station.path("keys/tls.key"), "-H",
              "Tus-Resumable: 1.0.0"]
    return speed(sealed, "curl", *common, "-X", "POST", "-H",
                 f"Upload-Length: {os.path.getsize(sealed['path'])}", "-H",
                 f"Upload-Metadata: sha256 {metadata}", base, "--next", *common, "-X", "PATCH",
                 "-H", "Upload-Offset: 0", "-H", "Content-Type: application/offset+octet-stream",
                 "-T", sealed["path"], f"{base}/{sealed['sha256']}")


def by_us(station, sealed):
    return speed(sealed, HELPER, "upload", station.root, station.centre.url, sealed["path"],
                 sealed["sha256"])


def by_round(station, sealed):
    return speed(sealed, SYNCD, "--root", station.root, "--once")


def measure(size, rounds, folder):
    centre = Centre(os.path.join(folder, f"centre-{size}")).start()
    ways = {"ours": by_us, "curl": by_curl, "round": by_round}
    stations = {name: Station(os.path.join(folder, f"{name}-{size}"), "poste-" + name, centre)
                for name in ways}
    figures = {name: [] for name in ways}
    for _ in range(rounds):
        for name, way in ways.items():
            figures[name].append(way(stations[name], stations[name].seal(size)))
    centre.stop()
    found = {name: round(statistics.median(values), 1) for name, values in figures.items()}
    return dict(found, size_mib=size // MIB, ratio=round(found["ours"] / found["curl"], 2))


def main():
    rounds = int(sys.argv[1]) if len(sys.argv) > 1 else 5
    with tempfile.TemporaryDirectory(prefix="guichet-speed-") as folder:
        for size in (5 * MIB, 40 * MIB):
            print(json.dumps(measure(size, rounds, folder)))


if __name__ == "__main__":
    main()
