"""A connection to PostgreSQL through libpq, without any driver installed.

A statement is sent and waited for with a limit; when that is passed it is
cancelled, and how long the server took to answer is part of the result.
"""
import collections
import ctypes
import ctypes.util
import os
import select
import time

CONNECTION_OK = 0
TRANSACTION_IDLE = 0
FATAL_ERROR = 7
EMPTY_QUERY, COPY_OUT, COPY_IN, COPY_BOTH = 0, 3, 4, 8

FIELDS = {"state": "C", "message": "M", "detail": "D", "hint": "H", "context": "W",
          "query": "q", "file": "F", "function": "R"}


def load():
    name = os.environ.get("LIBPQ") or ctypes.util.find_library("pq") or "libpq.so.5"
    pq = ctypes.CDLL(name)
    p, s, i = ctypes.c_void_p, ctypes.c_char_p, ctypes.c_int
    for function, result, arguments in (
            ("PQconnectdb", p, [s]), ("PQstatus", i, [p]), ("PQerrorMessage", s, [p]),
            ("PQfinish", None, [p]), ("PQsendQuery", i, [p, s]), ("PQsocket", i, [p]),
            ("PQconsumeInput", i, [p]), ("PQisBusy", i, [p]), ("PQgetResult", p, [p]),
            ("PQresultStatus", i, [p]), ("PQresultErrorField", s, [p, i]),
            ("PQresultErrorMessage", s, [p]), ("PQclear", None, [p]),
            ("PQntuples", i, [p]), ("PQnfields", i, [p]), ("PQgetvalue", s, [p, i, i]),
            ("PQgetisnull", i, [p, i, i]), ("PQtransactionStatus", i, [p]),
            ("PQgetCancel", p, [p]), ("PQfreeCancel", None, [p]),
            ("PQcancel", i, [p, ctypes.c_char_p, i]), ("PQbackendPID", i, [p]),
            ("PQendcopy", i, [p]), ("PQsetNoticeProcessor", p, [p, p, p])):
        f = getattr(pq, function)
        f.restype, f.argtypes = result, arguments
    return pq


PQ = load()
NOTICE = ctypes.CFUNCTYPE(None, ctypes.c_void_p, ctypes.c_char_p)


# what servers said beside their answers: the reason why a connection is lost
# may come this way
last_notices = collections.deque(maxlen=3)


@NOTICE
def keep_notice(_, words):
    last_notices.append(words.decode("utf-8", "replace"))


class Lost(Exception):
    """The connection is gone, with what the server said last."""


class Stuck(Exception):
    """The server does not answer a cancel."""


class Answer:
    """What became of one message: the first error, or the rows of the last result."""

    def __init__(self):
        self.state = None
        self.message = ""
        self.context = ""
        self.query = ""
        self.file = ""
        self.function = ""
        self.detail = ""
        self.hint = ""
        self.rows = []
        self.invalid = False          # text that is not in the encoding
        self.cancelled = None         # seconds from the cancel to the answer
        self.seconds = 0.0


class Session:
    """One connection; most_rows are looked at, of each result."""

    def __init__(self, user, database=None, application="fuzz", most_rows=50):
        words = ["user=" + user, "application_name=" + application, "client_encoding=UTF8"]
        if database:
            words.append("dbname=" + database)
        self.most_rows = most_rows
        self.connection = PQ.PQconnectdb(" ".join(words).encode())
        if PQ.PQstatus(self.connection) != CONNECTION_OK:
            said = (PQ.PQerrorMessage(self.connection) or b"").decode("utf-8", "replace")
            self.close()
            raise Lost(said)
        PQ.PQsetNoticeProcessor(self.connection, ctypes.cast(keep_notice, ctypes.c_void_p), None)
        self.pid = PQ.PQbackendPID(self.connection)

    def close(self):
        if self.connection:
            PQ.PQfinish(self.connection)
            self.connection = None

    def cancel(self):
        handle = PQ.PQgetCancel(self.connection)
        if handle:
            said = ctypes.create_string_buffer(256)
            PQ.PQcancel(handle, said, 256)
            PQ.PQfreeCancel(handle)

    def _lost(self, last):
        said = (PQ.PQerrorMessage(self.connection) or b"").decode("utf-8", "replace")
        raise Lost(" ".join([last, said] + list(last_notices)).strip())

    def _read(self, result, answer):
        status = PQ.PQresultStatus(result)
        if status == FATAL_ERROR and answer.state is None:
            for field, letter in FIELDS.items():
                value = PQ.PQresultErrorField(result, ord(letter)) or b""
                setattr(answer, field, value.decode("utf-8", "replace"))
                if field == "message" and "\ufffd" in answer.message:
                    answer.invalid = True
            if not answer.state:
                answer.state = "08006"
                answer.message = (PQ.PQresultErrorMessage(result) or b"").decode("utf-8", "replace")
        if status in (COPY_OUT, COPY_IN, COPY_BOTH):
            self._lost("a COPY was started")
        rows = min(PQ.PQntuples(result), self.most_rows)
        columns = PQ.PQnfields(result)
        answer.rows = []
        for row in range(rows):
            values = []
            for column in range(columns):
                value = None
                if not PQ.PQgetisnull(result, row, column):
                    raw = PQ.PQgetvalue(result, row, column)
                    try:
                        value = raw.decode("utf-8")
                    except UnicodeDecodeError:
                        answer.invalid = True
                        value = raw.decode("utf-8", "replace")
                values.append(value)
            answer.rows.append(values)

    def run(self, sql, limit=10.0, grace=5.0):
        """Sends the statements and waits; cancels after limit seconds.

        A cancel that comes before the server has begun has no effect: one sent
        so early is sent again.
        """
        answer = Answer()
        last_notices.clear()
        early = limit < 0.1
        start = time.monotonic()
        cancelled = None
        if not PQ.PQsendQuery(self.connection, sql.encode("utf-8", "surrogatepass")):
            self._lost("")
        socket = PQ.PQsocket(self.connection)
        while True:
            while PQ.PQisBusy(self.connection):
                now = time.monotonic()
                if cancelled is None and now - start >= limit:
                    self.cancel()
                    cancelled = now = time.monotonic()
                if early and cancelled is not None and now - cancelled > 0.3:
                    early = False
                    self.cancel()
                    cancelled = now = time.monotonic()
                if cancelled is not None and now - cancelled > grace:
                    raise Stuck("no answer %.0f s after a cancel" % grace)
                if cancelled is None:
                    wait = limit - (now - start)
                else:
                    wait = 0.3 if early else grace - (now - cancelled)
                readable, _, _ = select.select([socket], [], [], max(wait, 0.0) + 0.001)
                if readable and not PQ.PQconsumeInput(self.connection):
                    self._lost(answer.message)
            result = PQ.PQgetResult(self.connection)
            if not result:
                break
            self._read(result, answer)
            PQ.PQclear(result)
            if PQ.PQstatus(self.connection) != CONNECTION_OK:
                self._lost(answer.message)
        answer.seconds = time.monotonic() - start
        if cancelled is not None:
            answer.cancelled = time.monotonic() - cancelled
        return answer

    def idle(self):
        return PQ.PQtransactionStatus(self.connection) == TRANSACTION_IDLE

    def rows(self, sql, limit=60.0):
        """The rows of a statement that must not fail."""
        most, self.most_rows = self.most_rows, 1 << 30
        answer = self.run(sql, limit)
        self.most_rows = most
        if answer.state:
            raise RuntimeError("%s: %s\n%s" % (answer.state, answer.message, sql))
        return answer.rows
