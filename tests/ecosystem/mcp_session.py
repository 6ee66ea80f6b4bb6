"""A session of the SDK's own client with ``semblance mcp``: what each call gave, as a JSON object a line.

It reads the server, an address or a command, and the calls from its arguments, both as JSON.
"""

from __future__ import annotations

import asyncio
import json
import os
import sys
from typing import Any

from mcp.client import Client
from mcp.client.stdio import StdioServerParameters


async def main(server: str | list[str], calls: list[tuple[str, dict[str, Any]]]) -> None:
    if isinstance(server, list):
        where: Any = StdioServerParameters(command=server[0], args=server[1:], env=dict(os.environ))
    else:
        where = server
    async with Client(where) as client:
        tools = (await client.list_tools()).tools
        write({tool.name: bool(tool.annotations and tool.annotations.read_only_hint) for tool in tools})
        for name, arguments in calls:
            answer = await client.call_tool(name, arguments)
            texts = [part.text for part in answer.content if part.type == "text"]
            write({"error": bool(answer.is_error), "result": answer.structured_content, "text": texts})


def write(row: object) -> None:
    sys.stdout.write(json.dumps(row) + "\n")


asyncio.run(main(*map(json.loads, sys.argv[1:])))
