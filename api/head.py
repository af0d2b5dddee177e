"""HEAD is GET without its body, for every path."""

from typing import Final

from starlette.types import ASGIApp, Message, Receive, Scope, Send

# In the scope of such a request, for those who would rather not make the body.
IS_HEAD: Final = "cloudindex.is_head"


class HeadAsGet:
    """Lets HEAD be answered as GET is, with the same headers; the server sends no body to it."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["type"] != "http" or scope["method"] != "HEAD":
            return await self._app(scope, receive, send)

        async def send_without_body(message: Message) -> None:
            is_body = message["type"] == "http.response.body"
            await send({**message, "body": b""} if is_body else message)

        await self._app({**scope, "method": "GET", IS_HEAD: True}, receive, send_without_body)
        return None
