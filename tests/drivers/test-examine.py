#!/usr/bin/python3
# SPDX-License-Identifier: EUPL-1.2
"""guichet-device examine tells why a scanner is silent. SANE, libusb and the kernel's permissions are
real; the scanner on the bus is umockdev's. TAP on standard output."""
import json
import os
import pathlib
import shutil
import socket
import subprocess
import tempfile

DEVICE = str(pathlib.Path(os.environ["GUICHET_LIBEXECDIR"]) / "guichet-device")
SCANNER = pathlib.Path(os.environ["GUICHET_SOURCE"]) / "tests/emulators/scanner.umockdev"
NODE = "dev/bus/usb/001/004"
# root without the right to pass over permissions, as the desk's own account is
HUMBLE = ["setpriv", "--bounding-set=-dac_override,-dac_read_search", "--inh-caps=-all"]


def examine(device, sane=None, wrapper=(), family="scanner"):
    environment = dict(os.environ)
    if sane is not None:
        environment["SANE_CONFIG_DIR"] = str(sane)
    done = subprocess.run([*wrapper, DEVICE, "examine", family, device], env=environment,
                          stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=60,
                          check=False)
    assert done.returncode == 0, done.stderr
    event = json.loads(done.stdout)
    assert event["event"] == "examined" and event["family"] == family, event
    return event


def on_bus(device, sane, setup="true", wrapper=()):
    """With the scanner of umockdev on the bus, after the shell command @setup in its /dev."""
    script = f'cd "$UMOCKDEV_DIR"; {setup}; exec "$@"'
    return examine(device, sane, ["umockdev-run", "-d", str(SCANNER), "--", "sh", "-c", script, "sh",
                                  *wrapper])


def sane_folder(folder, name, **files):
    path = folder / name
    path.mkdir()
    for file, text in files.items():
        (path / f"{file}.conf").write_text(text + "\n", encoding="utf-8")
    return path


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def test_a_scanner_that_works(_folder):
    event = examine("auto")
    assert (event["cause"], event["id"]) == ("none", "sane:test:0"), event
    assert event["driver"] == "SANE test" and event["version"], event


def test_nothing_plugged_in(folder):
    event = examine("auto", sane_folder(folder, "a", dll="genesys"))
    assert event["cause"] == "absent", event


def test_a_chosen_scanner_unplugged(folder):
    """SANE itself says "access denied" of it."""
    event = examine("sane:genesys:libusb:001:004", sane_folder(folder, "b", dll="genesys"))
    assert event["cause"] == "absent", event


def test_permission_denied(folder):
    sane = sane_folder(folder, "c", dll="snapscan", snapscan="usb 0x04b8 0x0122")
    event = on_bus("auto", sane, f"chmod 0600 {NODE} && chown nobody {NODE}", HUMBLE)
    assert event["cause"] == "denied", event
    assert event["subject"] == "/" + NODE and "0600 nobody" in event["permissions"], event
    assert event["serial"] == "J0423" and event["port"] == "USB 1-2", event


def test_plugged_in_and_taken_by_no_driver(folder):
    event = on_bus("auto", sane_folder(folder, "d", dll="genesys"))
    assert (event["cause"], event["subject"]) == ("unclaimed", "04b8:0122"), event


def test_driver_not_installed(_folder):
    event = examine("sane:brother4:net1;dev0")
    assert (event["cause"], event["subject"]) == ("no-driver", "brother4"), event


def test_no_driver_switched_on(folder):
    sane = sane_folder(folder, "e", dll="# all of them off")
    event = examine("auto", sane)
    assert (event["cause"], event["subject"]) == ("disabled", str(sane)), event


def test_saned_not_there(folder):
    event = examine("auto", sane_folder(folder, "f", dll="net", net="127.0.0.1"))
    assert (event["cause"], event["subject"]) == ("unreachable", "127.0.0.1:6566"), event
    assert "refuse" in event["detail"], event


def test_an_airscan_host_that_is_silent(folder):
    port = free_port()
    sane = sane_folder(folder, "g", dll="airscan",
                       airscan=f'[devices]\n"Copieur" = http://127.0.0.1:{port}/eSCL/, eSCL')
    event = examine("auto", sane)
    assert (event["cause"], event["subject"]) == ("unreachable", f"127.0.0.1:{port}"), event


def test_an_escl_host_that_is_silent(folder):
    """SANE's own backend dies of it; the examination does not."""
    port = free_port()
    event = examine(f"sane:escl:http://127.0.0.1:{port}", sane_folder(folder, "h", dll="escl"))
    assert (event["cause"], event["subject"]) == ("unreachable", f"127.0.0.1:{port}"), event


def test_a_name_that_nobody_knows(folder):
    event = examine("sane:net:nulle-part.invalid:test:0", sane_folder(folder, "i", dll="net"))
    assert event["cause"] == "unreachable" and "inconnu" in event["detail"], event


def test_another_one_is_there(_folder):
    event = examine("sane:genesys:libusb:001:004")
    assert (event["cause"], event["subject"]) == ("elsewhere", "sane:test:0"), event


def test_cameras(_folder):
    assert examine("auto", family="camera")["cause"] == "absent"
    assert examine("test:", family="camera")["cause"] == "none"
    assert examine("file:/nowhere.jpg", family="camera")["cause"] == "absent"


def test_no_sensor(_folder):
    assert examine("auto", family="fingerprint")["cause"] == "absent"


def why_skip(name):
    if "permission" in name or "plugged_in_and" in name:
        if shutil.which("umockdev-run") is None:
            return "umockdev is not installed"
    if "permission" in name and (os.geteuid() != 0 or shutil.which("setpriv") is None):
        return "needs root, to give the node to somebody else"
    return None


def main():
    tests = [(name, test) for name, test in globals().items() if name.startswith("test_")]
    print(f"1..{len(tests)}")
    failed = 0
    with tempfile.TemporaryDirectory(prefix="guichet-examine-") as folder:
        for number, (name, test) in enumerate(tests, 1):
            skip, said = why_skip(name), ""
            try:
                if skip is None:
                    test(pathlib.Path(folder))
            except (AssertionError, subprocess.TimeoutExpired) as error:
                said = "\n".join(f"# {line}" for line in str(error).splitlines() or [repr(error)])
            failed += said != ""
            print(f"{'not ' if said else ''}ok {number} {name[5:].replace('_', ' ')}"
                  + (f" # SKIP {skip}" if skip else ""))
            if said:
                print(said)
    raise SystemExit(failed != 0)


main()
