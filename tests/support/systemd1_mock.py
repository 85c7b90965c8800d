#!/usr/bin/python3
"""What systemd-logind needs of systemd, so that the real one runs where systemd is not the init.

It starts and stops units by name and waits until their job is removed. Here every job is done at once and no
unit is ever active.
"""
import dbus
import dbus.mainloop.glib
import dbus.service
from gi.repository import GLib

MANAGER = "org.freedesktop.systemd1.Manager"
ROOT = "/org/freedesktop/systemd1"


class Manager(dbus.service.Object):
    """The jobs."""

    last_job = 0

    def run_job(self, unit):
        self.last_job += 1
        job, path = self.last_job, f"{ROOT}/job/{self.last_job}"
        GLib.idle_add(lambda: self.JobRemoved(job, path, unit, "done"))
        return dbus.ObjectPath(path)

    @dbus.service.method(MANAGER, "ssa(sv)a(sa(sv))", "o")
    def StartTransientUnit(self, name, _mode, _properties, _auxiliary):
        return self.run_job(name)

    @dbus.service.method(MANAGER, "ss", "o")
    def StartUnit(self, name, _mode):
        return self.run_job(name)

    @dbus.service.method(MANAGER, "ss", "o")
    def StopUnit(self, name, _mode):
        return self.run_job(name)

    @dbus.service.method(MANAGER, "", "")
    def Subscribe(self):
        """Signals are sent to everybody."""

    @dbus.service.signal(MANAGER, "uoss")
    def JobRemoved(self, job, path, unit, result):
        """A job ended."""


class Units(dbus.service.FallbackObject):
    """All units alike."""

    @dbus.service.method("org.freedesktop.systemd1.Scope", "", "")
    def Abandon(self):
        """Nothing runs in it."""

    @dbus.service.method(dbus.PROPERTIES_IFACE, "ss", "v")
    def Get(self, _interface, name):
        return "inactive" if name == "ActiveState" else ""


dbus.mainloop.glib.DBusGMainLoop(set_as_default=True)
bus = dbus.SystemBus()
manager = Manager(bus, ROOT)
units = Units(bus, ROOT + "/unit")
name = dbus.service.BusName("org.freedesktop.systemd1", bus)
GLib.MainLoop().run()
