#!/usr/bin/env python3
# SPDX-License-Identifier: EUPL-1.2
"""Runs every bench, prints medians and ratios, writes build/bench.json. See README.md."""
import base64
import configparser
import hashlib
import json
import os
import platform
import random
import shutil
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

sys.dont_write_bytecode = True
sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "faults"))
from pair import BUILD, SOURCE, Pair, run  # noqa: E402

HERE = BUILD / "tests" / "bench"
PLAN = SOURCE / "tests" / "faults" / "plan" / "passport.ini"
CAPTURES = {"200 kB": 200_000, "2 MB": 2_000_000}
CAPTURE_ROUNDS, SEAL_ROUNDS, UPLOADS, STARTS = 25, 11, 9, 7
REQUEST_BYTES = 5_000_000
STORES, FINDS = (500, 50_000), 11
QUIET = {"stderr": subprocess.DEVNULL}


def swell(source, target, size):
    """A copy of a JPEG brought to SIZE bytes: noise in comment segments, as a camera's own notes."""
    jpeg = source.read_bytes()
    noise, missing, segments = random.Random(1), size - len(jpeg), []
    while missing > 4:
        length = min(missing - 4, 65_000)
        segments.append(b"\xff\xfe" + (length + 2).to_bytes(2, "big") + noise.randbytes(length))
        missing -= length + 4
    target.write_bytes(jpeg[:2] + b"".join(segments) + jpeg[2:])


def make_plan(folder):
    """The plan of the fault tests with its papers swollen until the request weighs 5 MB."""
    plan = configparser.ConfigParser(interpolation=None, strict=False)
    plan.optionxform = str
    plan.read(PLAN)
    for file in PLAN.parent.iterdir():
        shutil.copy(file, folder)
    papers = sorted({name for names in plan["pieces"].values() for name in names.split(";")
                     if name.endswith(".jpg")})
    for name in papers:
        swell(PLAN.parent / name, folder / name, REQUEST_BYTES // len(papers))
    for name, size in CAPTURES.items():
        swell(PLAN.parent / papers[0], folder / f"{name}.jpg", size)
    return folder / PLAN.name


def desk(pair, plan, *words):
    return json.loads(run(HERE / "bench-desk", pair.station, plan, *words))


def store(pair, plan, *words):
    return json.loads(run(HERE / "bench-store", pair.station, plan, *words))


def measure_find(pair, plan):
    """What is asked of the store with few requests in it and with many."""
    found = {}
    for number in STORES:
        store(pair, plan, "fill", number)
        found[number] = store(pair, plan, "find", FINDS)
    return found


def curl(pair, bundle, whole=False):
    """Milliseconds that curl needs for the same bytes: one tus creation with upload. With WHOLE,
    the receipt and the feed on the same connection too, which is what a round asks for."""
    digest = hashlib.sha256(bundle.read_bytes()).hexdigest()
    metadata = base64.b64encode(digest.encode()).decode()
    keys, trust = pair.station / "keys", pair.station / "trust"
    base = f"https://127.0.0.1:{pair.port}/v1"
    common = ["--silent", "--show-error", "--fail", "--cert", keys / "tls.crt", "--key",
              keys / "tls.key", "--cacert", trust / "root.crt", "-o", "/dev/null",
              "-w", "%{http_code} %{time_total} %{size_upload}\n"]
    upload = ["-X", "POST", "-T", bundle, "-H", "Tus-Resumable: 1.0.0",
              "-H", "Content-Type: application/offset+octet-stream", "-H", "Expect:",
              "-H", f"Upload-Length: {bundle.stat().st_size}",
              "-H", f"Upload-Metadata: sha256 {metadata}", f"{base}/depots"]
    others = ["--next", *common, f"{base}/recus/{digest}", "--next", *common, f"{base}/flux?apres=0"]
    lines = run("curl", *common, *upload, *(others if whole else [])).splitlines()
    code, _, sent = lines[0].split()
    if code != "201" or int(sent) != bundle.stat().st_size:
        raise SystemExit(f"curl did not upload: {lines}")
    return sum(float(line.split()[1]) for line in lines) * 1000


def measure_upload(pair, plan):
    """Ours and curl's two take turns, each with a bundle that the centre has not seen."""
    times, size = {"ours": [], "curl": [], "curl, whole round": []}, 0
    pair.serve()
    desk(pair, plan, "sync")
    for turn in range(3 * UPLOADS):
        desk(pair, plan, "seal", "1")
        bundle = max((pair.station / "outbox").glob("*.asice"))
        size = bundle.stat().st_size
        who = list(times)[turn % 3]
        if who == "ours":
            result = desk(pair, plan, "sync")
            if result["uploaded"] != 1 or result["failed"]:
                raise SystemExit(f"the round did not upload: {result}")
            times[who].append(result["ours_ms"])
        else:
            times[who].append(curl(pair, bundle, who != "curl"))
            desk(pair, plan, "sync")
    pair.stop()
    ours, alone, whole = (statistics.median(one) for one in times.values())
    return {"bytes": size, "ours_ms": ours, "floor_ms": alone, "speed_ratio": alone / ours,
            "floor_whole_ms": whole, "speed_ratio_whole": whole / ours}


def observe(*command):
    """Medians of what observe-window sees; the first start, with cold caches, is not counted."""
    env = {**os.environ, "GSK_RENDERER": "cairo", "GDK_BACKEND": "x11"}
    seen = [json.loads(run(HERE / "observe-window", *command, env=env, **QUIET))
            for _ in range(STARTS + 1)][1:]
    return {key: statistics.median(one[key] for one in seen) for key in seen[0]}


def measure_window(pair):
    return {
        "guichet": observe(BUILD / "app" / "ui" / "guichet", "--root", pair.station),
        "bare GTK 4": observe(HERE / "bare-window"),
        "gnome-text-editor": observe("gnome-text-editor", "--standalone"),
    }


def measure_frames(pair, plan):
    """Gaps between frames of the real window at work, and what a page change takes."""
    run(BUILD / "app/cli/guichetctl", "--root", pair.station, "station", "device", "camera", "test:")
    pair.serve()
    said = run(HERE / "bench-frames", pair.station, plan, BUILD / "sync/station/guichet-syncd",
               env={**os.environ, "GSK_RENDERER": "cairo", "GDK_BACKEND": "x11"}, **QUIET)
    pair.stop()
    return json.loads(said.splitlines()[-1])


def show_frames(frames):
    """Against the idle window, which is the floor of this machine at this moment."""
    idle = frames["idle"]["max_ms"]
    for name in ("idle", "capturing", "sealing", "syncing"):
        one = frames[name]
        aim = "the floor" if name == "idle" else "aim < 100"
        print(f"{'frames, ' + name:<28}{one['max_ms']:>9.0f} ms{idle:>9.0f} ms{'':>8}   longest gap, "
              f"{one['late']} of {one['frames']} over 100 ms; {aim}")
    for name, one in frames.items():
        if name.startswith("page "):
            print(f"{name:<28}{one['median_ms']:>9.0f} ms{'':>12}{'':>8}   first "
                  f"{one['first_ms']:.0f}, longest {one['max_ms']:.0f}; aim ≤ 200")


def show(results):
    print(f"{'measure':<28}{'ours':>12}{'floor':>12}{'ratio':>8}")
    for name, one in results["captures"].items():
        print(f"{'capture, ' + name:<28}{one['ours_ms']:>9.2f} ms{one['floor_ms']:>9.2f} ms"
              f"{one['ratio']:>8.2f}")
    for name, one in results["inserts"].items():
        print(f"{'capture, ' + name + ' (SQLite)':<28}{one['ours_ms']:>9.2f} ms"
              f"{one['floor_ms']:>9.2f} ms{one['ratio']:>8.2f}   aim ≤ 1.2")
    few, many = (results["find"][number] for number in STORES)
    for name in few:
        print(f"{name[:-3].replace('_', ' '):<28}{many[name]:>9.2f} ms{few[name]:>9.2f} ms"
              f"{many[name] / few[name]:>8.2f}   {STORES[1]} requests against {STORES[0]}")
    seal, upload, windows = results["seal"], results["upload"], results["windows"]
    print(f"{'seal, %.1f MB' % (seal['bytes'] / 1e6):<28}{seal['ours_ms']:>9.2f} ms"
          f"{seal['floor_ms']:>9.2f} ms{seal['ratio']:>8.2f}   aim ≤ 1.5")
    print(f"{'upload, %.1f MB (curl)' % (upload['bytes'] / 1e6):<28}{upload['ours_ms']:>9.2f} ms"
          f"{upload['floor_ms']:>9.2f} ms{upload['speed_ratio']:>8.2f}   speed, aim ≥ 0.9")
    print(f"{'  curl, receipt and feed too':<28}{upload['ours_ms']:>9.2f} ms"
          f"{upload['floor_whole_ms']:>9.2f} ms{upload['speed_ratio_whole']:>8.2f}   speed")
    ours = windows["guichet"]
    for name, one in windows.items():
        print(f"{'first frame, ' + name:<33}{one['frame_ms']:>7.0f} ms   memory "
              f"{one['pss_kb'] / 1024:.1f} MiB   guichet is {ours['frame_ms'] / one['frame_ms']:.2f}"
              f" × the time, {ours['pss_kb'] / one['pss_kb']:.2f} × the memory")
    show_frames(results["frames"])


def main():
    with tempfile.TemporaryDirectory(prefix="guichet-bench-", dir=BUILD) as name:
        folder = Path(name)
        (folder / "plan").mkdir()
        plan = make_plan(folder / "plan")
        pair = Pair.prepare(folder / "pair", PLAN)
        results = {
            "machine": {"cores": os.cpu_count(), "kernel": platform.release()},
            "captures": {size: desk(pair, plan, "capture", plan.parent / f"{size}.jpg",
                                    CAPTURE_ROUNDS) for size in CAPTURES},
            "inserts": {size: store(pair, plan, "insert", plan.parent / f"{size}.jpg",
                                    CAPTURE_ROUNDS) for size in CAPTURES},
            "seal": desk(pair, plan, "seal", SEAL_ROUNDS),
            "upload": measure_upload(pair, plan),
            "windows": measure_window(pair),
            "frames": measure_frames(pair, plan),
            "find": measure_find(pair, plan),  # last: it fills the store
        }
    (BUILD / "bench.json").write_text(json.dumps(results, indent=2) + "\n")
    show(results)
    print(f"written to {BUILD / 'bench.json'}")


if __name__ == "__main__":
    main()
