"""Wire commands about what one is signed in by."""

from typing import Literal

from commands.frames import Command, Id, Moment, Result
from commands.registry import Caller, handles
from graph.people import devices
from graph.people.commands import FAMILY
from graph.people.errors import DeviceNotFound
from graph.people.services import sign_out


class ListDevices(Command):
    type: Literal["device.list"]


class SignDeviceOut(Command):
    type: Literal["device.sign_out"]
    device: Id


class SignOthersOut(Command):
    type: Literal["device.sign_out_others"]


class DeviceShown(Result):
    """What you are signed in by: a browser's session or a script's token; `current` is the one that
    asks.
    """

    id: Id
    kind: Literal["token", "session"]
    name: str
    program: str
    system: str
    created_at: Moment
    last_used_at: Moment
    current: bool


class Devices(Result):
    devices: list[DeviceShown]


def _list(caller: Caller) -> Devices:
    shown = [
        DeviceShown(
            id=device.id, kind=device.kind, name=device.name, program=device.program,
            system=device.system, created_at=device.created_at, last_used_at=device.last_used_at,
            current=str(device.id) == caller.credential,
        )
        for device in devices.list_devices(person_id=caller.person, at=caller.at)
    ]  # fmt: skip
    return Devices(devices=sorted(shown, key=lambda device: not device.current))


@handles(ListDevices, result=Devices, family=FAMILY, reads=True)
def list_devices(command: ListDevices, caller: Caller) -> Devices:
    """List what you are signed in by, the one that asks first, then the one used last."""
    return _list(caller)


@handles(SignDeviceOut, result=Devices, family=FAMILY, keyed=False, may_refuse=[DeviceNotFound])
def sign_device_out(command: SignDeviceOut, caller: Caller) -> Devices:
    """Sign one of your devices out; its sockets close with 4401."""
    devices.sign_device_out(person_id=caller.person, device_id=command.device)
    sign_out(caller.person, credential=str(command.device))
    return _list(caller)


@handles(SignOthersOut, result=Devices, family=FAMILY, keyed=False)
def sign_others_out(command: SignOthersOut, caller: Caller) -> Devices:
    """Sign all your devices out but the one that asks; their sockets close with 4401."""
    devices.delete_all_but(person_id=caller.person, keep=caller.credential)
    sign_out(caller.person, all_but=caller.credential)
    return _list(caller)
