"""One imitated network: the world with its limits, faults, updates and counts."""

from __future__ import annotations

from sandbox.clock import Clock
from sandbox.settings import Settings
from sandbox.stats import Stats
from sandbox.telegram.chats import Chat, Message
from sandbox.telegram.faults import Faults
from sandbox.telegram.limits import Limits, Rules
from sandbox.telegram.people import set_blocked
from sandbox.telegram.updates import Updates
from sandbox.telegram.views import Json
from sandbox.telegram.webhook import Webhook
from sandbox.telegram.world import Happening, World


class Network:
    """Everything that the Bot API's methods work on."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.clock = Clock()
        self.updates = Updates()
        self.world = World(settings, self.clock, self.updates)
        self.limits = Limits(Rules(rate=settings.rate, burst=float(settings.burst)))
        self.faults = Faults(settings.seed)
        self.stats = Stats()
        self.webhook = Webhook(self.updates, self.clock)
        self.commands: dict[tuple[str, str], list[Json]] = {}
        self.descriptions: dict[tuple[str, str], str] = {}
        self.logged_out_until = 0.0

    def admit(self, chat: Chat, cost: int = 1) -> None:
        """Lets one send pass, or raises 429 or 403; a refused person still costs a send, as on Telegram."""
        self.limits.spend(chat, cost)
        self.world.check_may_send(chat)

    def deliver(self, chat: Chat, message: Message) -> Json:
        """Puts the bot's message into the chat; gives its JSON."""
        chat.keep(message)
        chat.received += 1
        look = hash(repr((message.content(), message.keyboard.inline)))
        if look in chat.seen and not chat.repeated:
            chat.repeated = True
            self.stats.duplicates += 1
        chat.seen.add(look)
        self.stats.accept()
        view = self.world.message_json(message, chat)
        self.world.tell(Happening("message", chat, message))
        if chat.blocks_on_receipt:
            chat.blocks_on_receipt = False
            set_blocked(self.world, chat, blocked=True)
        return view
