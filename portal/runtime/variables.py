"""What each environment variable is for: the rows of docs/settings.md, which is made from here.

A variable that the code reads has a row, or `make check` fails. Its type, its bounds and its
default are taken from the line that reads it.
"""

from dataclasses import dataclass


@dataclass(frozen=True)
class Variable:
    """`about` is a sentence for operators; `default` is said only where the code computes it."""

    about: str
    default: str = ""


GROUPS: dict[str, dict[str, Variable]] = {
    "The site": {
        "SITE_NAME": Variable(
            "What the site is called: on pages and paper, in mails, and in people's apps and keys"
            " of second factors."
        ),
        "SITE_URL": Variable("The site's address in mails and links."),
        "ALLOWED_HOSTS": Variable("The host names of the site. Other names are refused."),
        "HTTPS": Variable("0 only without any proxy, on the loopback address."),
        "SECOND_FACTOR": Variable(
            "0 asks nobody for a second factor: for a demo, refused with `HTTPS=1`."
        ),
        "WEBHOOK_LOOPBACK": Variable(
            "1 lets partners' endpoints be on this machine, without encryption: for a demo,"
            " refused with `HTTPS=1`."
        ),
        "TRUSTED_PROXIES": Variable(
            "The proxies in front, such as `127.0.0.1`, whose `X-Forwarded-For` and `X-Request-ID`"
            " are believed."
        ),
        "PAY_IN_TO": Variable(
            "The payee that a wallet names to whoever pays in. Until this and the next two are set"
            " it names whom to ask instead.",
        ),
        "PAY_IN_BANK": Variable("The bank of that account."),
        "PAY_IN_ACCOUNT": Variable("The number of that account."),
        "DEBUG": Variable("1 only on a developer's machine: it shows the code's insides."),
    },
    "Secrets": {
        "SECRET_KEY": Variable("Signs sessions: 50 random characters or more."),
        "USER_HASH_KEY": Variable(
            "Keys the hash of user ids. With another key the history of every reader ends."
        ),
        "LINK_SIGNING_KEY": Variable(
            "Signs click ids and, at the community's app, the reader's id in a listing's link."
        ),
        "WEBHOOK_KEY": Variable(
            "Partners' keys are derived from it. With another key each of them needs new ones."
        ),
    },
    "Servers": {
        "DATABASE_URL": Variable(
            "PostgreSQL 15 or newer: `postgresql://user:password@host/database?sslmode=require`."
        ),
        "PREPARED_STATEMENTS": Variable(
            "0 behind a pooler that gives each transaction another connection and follows no"
            " prepared statements: docs/operate.md."
        ),
        "CELERY_BROKER_URL": Variable(
            "A Redis or Valkey, such as `rediss://:password@host/0`. It may be wiped at any time:"
            " jobs are rows in PostgreSQL. `memory://` is for single commands."
        ),
        "CACHE_URL": Variable(
            "A Redis or Valkey in which web workers count together. While it is down nobody"
            " signs in.",
            default="the database",
        ),
        "EMAIL_URL": Variable(
            "Where mails go: `smtps://user:password@host:465`, `smtp://host:25` or"
            " `file:///folder`."
        ),
        "EMAIL_FROM": Variable(
            "The sender of mails, as `Notelink <no-reply@example.com>`.",
            default="`SITE_NAME` and `no-reply@localhost`",
        ),
        "NOTICE_MAILS_A_DAY": Variable(
            "How many notices a person is mailed one by one on a business day; more come gathered."
        ),
        "INVITATIONS_A_DAY": Variable("How many people a team may invite on a business day."),
        "MAILS_TO_ADDRESS_A_DAY": Variable(
            "How many confirmations and new passwords an address is sent on a business day."
        ),
    },
    "Files": {
        "PORTAL_VAR": Variable(
            "The folder of everything that is written: documents, files on their way in, clicks,"
            " collected static files. All processes share it.",
            default="`var` of the checkout",
        ),
        "LAKE_URL": Variable(
            "Where the event lake is: a folder that all processes share, or `s3://bucket/folder`."
            " A bucket's store has to write an object only where there is none"
            " (`If-None-Match`).",
            default="`lake` in `PORTAL_VAR`",
        ),
        "ATTRIBUTION_ENGINE": Variable(
            "Who computes report days: `duckdb` in the worker, or the Spark of this address, which"
            " reads the lake and writes below `PORTAL_VAR`: docs/operate.md."
        ),
        "DOCUMENTS_URL": Variable(
            "Where documents are that people hand in: a folder that all processes share, or"
            " `s3://bucket/folder`.",
            default="`media` in `PORTAL_VAR`",
        ),
        "AWS_REGION": Variable("The region of buckets."),
        "AWS_ENDPOINT_URL": Variable(
            "The address of the object store; none for that of the region.", default="none"
        ),
        "AWS_ACCESS_KEY_ID": Variable(
            "The key for buckets; none where the machine has a role.", default="none"
        ),
        "AWS_SECRET_ACCESS_KEY": Variable("The secret of this key.", default="none"),
        "RESTATEMENT_DAYS": Variable(
            "How many days every copy of a report day that was once shown is kept; then the last of"
            " each business day. What was given out in a file is kept."
        ),
    },
    "Processes": {
        "WEB_BIND": Variable(
            "Where the web server listens: `host:port` or `unix:/path`. In a container, where the"
            " proxy is another machine, it is `0.0.0.0:8000`.",
            default="`127.0.0.1` and `PORT`",
        ),
        "PORT": Variable("The port of the web server, and of `make run`."),
        "WEB_WORKERS": Variable("Processes of the web server."),
        "WEB_THREADS": Variable(
            "Threads of each, so many requests it answers at once. Slow senders hold half of"
            " them at most, so two or more."
        ),
        "LINKS_KEPT": Variable(
            "How many links each process of the web server keeps ready, about a kilobyte each."
        ),
        "LOG_LEVEL": Variable("The least level of lines that are logged."),
    },
    "Commands": {
        "NEW_PASSWORD": Variable(
            "The password that `manage.py create_person` gives; without it, it asks.",
            default="none",
        ),
    },
}
