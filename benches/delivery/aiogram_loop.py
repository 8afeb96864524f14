"""Sends one message to each of many chats with aiogram, as many at once as the others in the same benchmark."""

import asyncio
import sys

from aiogram import Bot
from aiogram.client.session.aiohttp import AiohttpSession
from aiogram.client.telegram import TelegramAPIServer


async def main() -> None:
    url, token, text, first, count, at_once = sys.argv[1:]
    session = AiohttpSession(api=TelegramAPIServer.from_base(url), limit=int(at_once))
    bot = Bot(token, session=session)
    chats = iter(range(int(first), int(first) + int(count)))

    async def sender() -> None:
        for chat in chats:
            await bot.send_message(chat, text)

    await asyncio.gather(*(sender() for _ in range(int(at_once))))
    await session.close()


asyncio.run(main())
