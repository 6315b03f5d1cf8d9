"""A small scripted IMAP4rev1 server over a real socket: enough of it to be read by a client.

It knows LOGIN, SELECT, UID SEARCH, UID FETCH, UID STORE and LOGOUT, one mailbox, plain text.
"""

import re
import socketserver
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from email import message_from_bytes

import pytest

USER, PASSWORD = "reports@example.org", "p@ss/word"


@dataclass
class Mailbox:
    """What lies in the mailbox, by UID; what was seen, asked and fetched."""

    port: int = 0
    mails: dict[int, bytes] = field(default_factory=dict)
    seen: set[int] = field(default_factory=set)
    fetched: list[int] = field(default_factory=list)
    commands: list[str] = field(default_factory=list)
    broken: bool = False

    @property
    def url(self) -> str:
        """The setting that names this mailbox."""
        return f"imap://reports%40example.org:p%40ss%2Fword@127.0.0.1:{self.port}/Reports"

    def put(self, *contents: bytes) -> None:
        """Deliver mails."""
        for content in contents:
            self.mails[len(self.mails) + 11] = content


class _Session(socketserver.StreamRequestHandler):
    """One client's conversation."""

    @property
    def box(self) -> Mailbox:
        return self.server.mailbox  # type: ignore[attr-defined,no-any-return]

    def handle(self) -> None:
        self.say("* OK [CAPABILITY IMAP4rev1] ready")
        while line := self.rfile.readline():
            tag, _space, command = line.decode().strip().partition(" ")
            self.box.commands.append(command)
            if self.box.broken:
                return
            name = command.split(" ")[0].upper()
            self.say(f"{tag} {getattr(self, 'do_' + name.lower(), self.refuse)(command)}")
            if name == "LOGOUT":
                return

    def say(self, line: str, literal: bytes | None = None) -> None:
        self.wfile.write(line.encode() + b"\r\n" if literal is None else line.encode() + literal)

    def refuse(self, _command: str) -> str:
        return "BAD unknown command"

    def do_capability(self, _command: str) -> str:
        self.say("* CAPABILITY IMAP4rev1")
        return "OK done"

    def do_login(self, command: str) -> str:
        return "OK in" if command == f'LOGIN {USER} "{PASSWORD}"' else "NO wrong password"

    def do_select(self, command: str) -> str:
        if command != 'SELECT "Reports"':
            return "NO no such mailbox"
        self.say(f"* {len(self.box.mails)} EXISTS")
        return "OK [READ-WRITE] selected"

    def do_logout(self, _command: str) -> str:
        self.say("* BYE")
        return "OK bye"

    def do_uid(self, command: str) -> str:
        return getattr(self, "uid_" + command.split(" ")[1].lower(), self.refuse)(command)

    def uid_search(self, command: str) -> str:
        asked = re.fullmatch(
            r'UID SEARCH UNSEEN SINCE \d+-[A-Z][a-z]{2}-\d{4} HEADER (\S+) "([^"]+)"', command
        )
        if asked is None:
            return "BAD search"
        name, word = asked.groups()
        found = [
            uid
            for uid, content in self.box.mails.items()
            if uid not in self.box.seen
            and word.lower() in str(message_from_bytes(content).get(name, "")).lower()
        ]
        self.say(" ".join(["* SEARCH", *map(str, found)]))
        return "OK searched"

    def uid_fetch(self, command: str) -> str:
        asked = re.fullmatch(r"UID FETCH (\d+) \(BODY\.PEEK\[\]<0\.(\d+)>\)", command)
        if asked is None:
            return "BAD fetch"
        uid, most = map(int, asked.groups())
        content = self.box.mails[uid][:most]
        self.box.fetched.append(uid)
        literal = b"{%d}\r\n" % len(content) + content + b")\r\n"
        self.say(f"* 1 FETCH (UID {uid} BODY[]<0> ", literal)
        return "OK fetched"

    def uid_store(self, command: str) -> str:
        asked = re.fullmatch(r"UID STORE (\d+) \+FLAGS\.SILENT \(\\Seen\)", command)
        if asked is None:
            return "BAD store"
        self.box.seen.add(int(asked.group(1)))
        return "OK stored"


@pytest.fixture
def imap() -> Iterator[Mailbox]:
    """Give the mailbox of a running server."""
    mailbox = Mailbox()
    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), _Session) as server:
        server.daemon_threads = True
        server.mailbox = mailbox  # type: ignore[attr-defined]
        mailbox.port = server.server_address[1]
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        yield mailbox
        server.shutdown()
        thread.join()
