"""Readers in a process of their own: `python -m bench.redirecting.loader PORT FILE SECONDS`.

FILE has the requests, each a line of JSON text. 64 connections stay open, each asks again as soon
as it is answered; with 0 seconds every request is sent once. It prints one line of JSON: answers,
seconds, times in milliseconds, its own CPU seconds, and what the answers were.
"""

import json
import random
import selectors
import socket
import sys
import time
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

CONNECTIONS = 64


def main(port: int, file: Path, seconds: float) -> None:
    """Ask, and print what came of it."""
    requests = [json.loads(line).encode() for line in file.read_text().splitlines()]
    random.shuffle(requests)
    crowd = _Crowd(port, requests, once=not seconds)
    began, cpu = time.perf_counter(), time.process_time()
    crowd.ask(began + (seconds or 600))
    taken = time.perf_counter() - began
    times = sorted(crowd.times)
    said = {
        "answers": len(times), "seconds": taken, "cpu_s": time.process_time() - cpu,
        "p50_ms": 1000 * times[len(times) // 2], "p99_ms": 1000 * times[int(len(times) * 0.99)],
        "worst_ms": 1000 * times[-1], "said": dict(crowd.said),
    }  # fmt: skip
    print(json.dumps(said))


@dataclass
class _Asked:
    sender: socket.socket
    at: float
    got: bytes = b""


class _Crowd:
    def __init__(self, port: int, requests: list[bytes], *, once: bool) -> None:
        self._address, self._requests, self._once = ("127.0.0.1", port), requests, once
        self._next = 0
        self.times: list[float] = []
        self.said: Counter[str] = Counter()
        self._selector = selectors.DefaultSelector()

    def ask(self, until: float) -> None:
        """Until then, or until all is asked."""
        waiting = sum(
            self._send(socket.create_connection(self._address)) for _ in range(CONNECTIONS)
        )
        while waiting:
            answered = self._selector.select(timeout=60)
            if not answered:
                raise TimeoutError("The site does not answer.")
            for key, _events in answered:
                one: _Asked = key.data
                got = one.sender.recv(1 << 16)
                one.got += got
                if got and not _is_whole(one.got):
                    continue
                self._note(one.got, time.perf_counter() - one.at)
                self._selector.unregister(one.sender)
                waiting -= 1
                if time.perf_counter() < until:
                    waiting += self._send(self._open_again(one))

    def _open_again(self, one: "_Asked") -> socket.socket:
        if one.got and b"connection: close" not in one.got.lower():
            return one.sender
        one.sender.close()
        return socket.create_connection(self._address)

    def _send(self, sender: socket.socket) -> int:
        if self._once and self._next == len(self._requests):
            return 0
        request = self._requests[self._next % len(self._requests)]
        self._next += 1
        sender.sendall(request)
        asked = _Asked(sender, time.perf_counter())
        self._selector.register(sender, selectors.EVENT_READ, asked)
        return 1

    def _note(self, answer: bytes, taken: float) -> None:
        self.times.append(taken)
        head, _, _body = answer.partition(b"\r\n\r\n")
        status = head[9:12].decode() or "nothing"
        place = head.lower().partition(b"\r\nlocation: ")[2].partition(b"\r\n")[0]
        self.said[f"{status} {'outside' if place.startswith(b'https://') else 'inside'}"] += 1


def _is_whole(answer: bytes) -> bool:
    head, end, body = answer.partition(b"\r\n\r\n")
    if not end:
        return False
    length = head.lower().partition(b"\r\ncontent-length: ")[2].partition(b"\r\n")[0]
    return len(body) >= int(length or 0)


if __name__ == "__main__":
    main(int(sys.argv[1]), Path(sys.argv[2]), float(sys.argv[3]))
