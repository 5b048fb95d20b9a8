"""Whoever was erased is in nothing that a load leaves, whatever the exports still say."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import duckdb
import pytest

from ingest.people.tombstones import Tombstones
from ingest.people.keys import person_key
from tests.ingest.conftest import JOBS, KEY, PEOPLE, Workspace
