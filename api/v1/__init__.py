"""The product's door: one folder per room, each with routes.py and schemas.py."""

from api.rooms import Room

ROOMS: tuple[Room, ...] = ()
