# SPDX-License-Identifier: EUPL-1.2
"""The window as a person with a keyboard and a screen reader has it: AT-SPI to read, xdotool to
press. GTK 4.8: the "showing" state is not exported, so extents tell; a label's text is its name."""
import ctypes
import pathlib
import re
import subprocess
import time

import gi

gi.require_version("Atspi", "2.0")
from gi.repository import Atspi, GLib  # noqa: E402

CLASS_NAME = re.compile(r"^(Gtk|Gdk|Guichet)[A-Z]")
MUTE_ROLES = {"filler", "unknown", "panel"}


class Failure(Exception):
    pass


def walk(node):
    """@node and all below it; nodes that vanish meanwhile are left out."""
    stack = [node]
    while stack:
        node = stack.pop()
        if node is None:
            continue
        yield node
        try:
            stack.extend(node.get_child_at_index(i)
                         for i in reversed(range(node.get_child_count())))
        except GLib.Error:
            continue


def called(node):
    """Its accessible name, in plain spaces: French typesetting has unbroken ones."""
    return (node.get_name() or "").replace("\u00a0", " ")


def has_extents(node):
    try:
        box = node.get_extents(Atspi.CoordType.WINDOW)
        return box.width > 0 and box.height > 0
    except GLib.Error:
        return False


class ClientMessage(ctypes.Structure):
    """XClientMessageEvent, padded to the size of an XEvent."""
    _fields_ = [("type", ctypes.c_int), ("serial", ctypes.c_ulong), ("send_event", ctypes.c_int),
                ("display", ctypes.c_void_p), ("window", ctypes.c_ulong),
                ("message_type", ctypes.c_ulong), ("format", ctypes.c_int),
                ("data", ctypes.c_long * 5), ("padding", ctypes.c_long * 12)]


def ask_to_close(window):
    """WM_DELETE_WINDOW, as a window manager sends it (ICCCM 4.2.8.1); xdotool of Debian 12 cannot."""
    x11 = ctypes.CDLL("libX11.so.6")
    x11.XOpenDisplay.restype = ctypes.c_void_p
    x11.XInternAtom.restype = ctypes.c_ulong
    display = ctypes.c_void_p(x11.XOpenDisplay(None))
    event = ClientMessage(type=33, window=window, format=32)
    event.message_type = x11.XInternAtom(display, b"WM_PROTOCOLS", False)
    event.data[0] = x11.XInternAtom(display, b"WM_DELETE_WINDOW", False)
    x11.XSendEvent(display, ctypes.c_ulong(window), False, ctypes.c_long(0), ctypes.byref(event))
    x11.XCloseDisplay(display)


class Window:
    def __init__(self, program, root, environment, pictures):
        self.command = [str(program), "--root", str(root)]
        self.environment, self.pictures = environment, pathlib.Path(pictures)
        self.pictures.mkdir(parents=True, exist_ok=True)
        self.process = None

    # --- life ---

    def start(self):
        self.process = subprocess.Popen(self.command, env=self.environment,
                                        stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
        self.wait(lambda: self.find_application() is not None, "the window in the tree")
        self.wait(self.focus_window, "the window on the display")

    def focus_window(self):
        found = subprocess.run(["xdotool", "search", "--onlyvisible", "--name", "^Guichet$"],
                               capture_output=True, text=True).stdout.split()
        return bool(found) and subprocess.run(
            ["xdotool", "windowfocus", "--sync", found[-1]], capture_output=True).returncode == 0

    def kill(self):
        """kill -9, as a power cut would. Returns what the window had printed."""
        self.process.kill()
        said = self.process.communicate()[0].decode()
        self.process = None
        return said

    def close(self):
        """As the button of the window's frame would. Returns what the window had printed."""
        found = subprocess.run(["xdotool", "search", "--onlyvisible", "--name", "^Guichet$"],
                               capture_output=True, text=True).stdout.split()
        ask_to_close(int(found[-1]))
        try:
            said = self.process.communicate(timeout=30)[0].decode()
        except subprocess.TimeoutExpired:
            raise Failure("the window does not close") from None
        self.process = None
        return said

    # --- reading ---

    def find_application(self):
        desktop = Atspi.get_desktop(0)
        for i in range(desktop.get_child_count()):
            application = desktop.get_child_at_index(i)
            if application is not None and application.get_process_id() == self.process.pid:
                return application
        return None

    def nodes(self):
        application = self.find_application()
        return walk(application) if application is not None else iter(())

    def find(self, name, role=None):
        """The first shown node whose name is, or begins with (a final "…"), @name."""
        for node in self.nodes():
            try:
                text = called(node)
                match = text.startswith(name[:-1]) if name.endswith("…") else text == name
                if match and (role is None or node.get_role_name() == role) \
                        and has_extents(node):
                    return node
            except GLib.Error:
                continue
        return None

    def text_of(self, name):
        """What stands in the entry or text called @name."""
        node = self.find(name, "text")
        if node is None:
            return None
        text = node.get_text_iface()
        return Atspi.Text.get_text(text, 0, Atspi.Text.get_character_count(text))

    def wait(self, condition, what, seconds=30):
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            if self.process is not None and self.process.poll() is not None:
                said, self.process = self.process.communicate()[0].decode(), None
                raise Failure(f"the window ended while waiting for {what}: {said}")
            try:
                found = condition()
            except GLib.Error:
                found = None
            if found:
                return found
            time.sleep(0.1)
        self.picture("failure")
        raise Failure(f"waited {seconds} s in vain for {what}; see {self.pictures}/failure.png; "
                      f"focus on {self.focused()}")

    def wait_for(self, name, role=None, seconds=30):
        return self.wait(lambda: self.find(name, role), f"« {name} »", seconds)

    def focused(self):
        """(role, name) of the control that has the focus."""
        for node in self.nodes():
            try:
                states = node.get_state_set()
                if states.contains(Atspi.StateType.FOCUSED) and \
                        node.get_role_name() not in ("frame", "window", "application"):
                    return node.get_role_name(), called(node)
            except GLib.Error:
                continue
        return None, ""

    # --- pressing ---

    def press(self, *keys):
        for key in keys:
            subprocess.run(["xdotool", "key", "--clearmodifiers", key], check=True)
            time.sleep(0.08)

    def type(self, text, delay_ms=12):
        subprocess.run(["xdotool", "type", "--clearmodifiers", "--delay", str(delay_ms), text],
                       check=True)

    def tab_to(self, name, key="Tab", tries=60):
        """Presses @key until the control called @name has the focus: keyboard reach, proved."""
        met = []
        for _ in range(tries):
            role, label = self.focused()
            if label.startswith(name[:-1]) if name.endswith("…") else label == name:
                return role
            met.append(label)
            self.press(key)
        self.picture("failure")
        raise Failure(f"{key} never reached « {name} »; met {met}")

    def picture(self, name):
        time.sleep(0.4)  # the last frame
        subprocess.run(["import", "-window", "root", str(self.pictures / f"{name}.png")],
                       check=True)

    # --- judging ---

    def audit(self, page):
        """Faults of names and roles of everything that can take the focus now."""
        faults = []
        for node in self.nodes():
            try:
                if not node.get_state_set().contains(Atspi.StateType.FOCUSABLE) \
                        or not has_extents(node):
                    continue
                role, name = node.get_role_name(), called(node)
            except GLib.Error:
                continue
            if role in ("frame", "window", "application"):
                continue
            if not name.strip():
                faults.append(f"{page}: a {role} has no name")
            elif CLASS_NAME.match(name) or name.startswith("_"):
                faults.append(f"{page}: a {role} is called {name}")
            if role in MUTE_ROLES:
                faults.append(f"{page}: « {name} » takes the focus as a {role}")
        return faults
