"""Who asks and with what, for every route: the reader that the guard let in, and the service."""

from collections.abc import Callable
from typing import Annotated

from fastapi import Depends, Request

from app.readers import Permission, Principal
from app.server.service import Service

#: where its addresses begin
REST = "/api/v1"
#: the interface, as the audit log names it
FRONT = "rest"


def service_of(request: Request) -> Service:
    found: Service = request.app.state.service
    return found


def reader_of(request: Request) -> Principal:
    found: Principal = request.scope["state"]["reader"]
    return found


def reader_who_may(permission: Permission) -> Callable[[Request], Principal]:
    def reader(request: Request) -> Principal:
        found = reader_of(request)
        found.require(permission)
        return found

    return reader


TheService = Annotated[Service, Depends(service_of)]
Anyone = Annotated[Principal, Depends(reader_of)]
Asker = Annotated[Principal, Depends(reader_who_may(Permission.ASK))]
Editor = Annotated[Principal, Depends(reader_who_may(Permission.CORPUS))]
Admin = Annotated[Principal, Depends(reader_who_may(Permission.ADMIN))]
