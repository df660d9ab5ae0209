"""Everything that can go wrong on purpose.

::

    OnRecordError                 root; its text is one sentence that says what to do
    ├── SettingsError             an unknown or unusable setting
    ├── BrokerUnavailable         no Kafka-protocol broker answers
    │   └── ClusterChanged        another log answers at the same address: a memory-only broker came back empty
    ├── MessageError              bytes on the bus that are no message of ours
    ├── StoreError                the database cannot be used
    │   ├── StoreLocked           another process owns the file
    │   ├── StoreTooNew           written by a later version of this program
    │   ├── StoreUnavailable      the read API does not answer
    │   └── QueryStopped          a question took more time or memory than it may
    ├── ModelError                a model is missing, or is not the one whose hash is pinned
    ├── SourceError               a file, feed or page that cannot be read
    └── RunError                  a run cannot be started, found or continued

A user can cause each of these; the command line prints the sentence and ends with exit code 2. Anything else is a
defect: it crashes the process, and the supervisor starts it again.
"""

from __future__ import annotations


class OnRecordError(Exception):
    """Root of the expected errors. ``str(error)`` is shown to the user as it is."""


class SettingsError(OnRecordError):
    """A setting is unknown or its value cannot be used."""


class BrokerUnavailable(OnRecordError):
    """No broker answers at the configured address."""


class ClusterChanged(BrokerUnavailable):
    """The broker at this address is not the one whose offsets are known."""


class MessageError(OnRecordError):
    """Bytes that do not decode to the message that their topic carries."""


class StoreError(OnRecordError):
    """The database cannot be used."""


class StoreLocked(StoreError):
    """Another process owns the database file."""


class StoreTooNew(StoreError):
    """The database was written by a later version."""


class StoreUnavailable(StoreError):
    """The read API does not answer."""


class QueryStopped(StoreError):
    """A query took more time or memory than it may."""


class ModelError(OnRecordError):
    """A model is missing, altered or of the wrong kind."""


class SourceError(OnRecordError):
    """A source of articles cannot be read."""


class RunError(OnRecordError):
    """A run cannot be started, found or continued."""
