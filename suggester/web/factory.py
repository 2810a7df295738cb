"""The app made from settings alone: once for ``suggester serve``, and anew in each of its workers."""

from __future__ import annotations

import datetime
import json
import logging
import os

from fastapi import FastAPI

from suggester.engine import Suggester
from suggester.models import exact_name
from suggester.review.database import Database
from suggester.review.desk import Desk
from suggester.review.models_in_use import ModelsInUse
from suggester.review.retraining import Retraining
from suggester.review.sealing import Sealer, read_keys
from suggester.web.app import create_app
from suggester.web.house import House
from suggester.web.office import Office
from suggester.web.settings import Settings, load_settings
from suggester.web.warm_up import warm_up
from suggester.web.watch import log_requests

#: Tells workers, in JSON, what ``suggester serve`` made of its options: hosts, private, secure.
TOLD = "SUGGESTER_WORKER"


def open_database(settings: Settings) -> Database:
    """Return the review database of the settings, brought up to date.

    Raises
    ------
    SuggesterError
        It cannot be used.
    """
    database = Database(settings.database, Sealer(read_keys(settings.key.get_secret_value())))
    database.upgrade()
    return database


def open_office(settings: Settings, database: Database) -> Office:
    """Return the office of the settings, with the model in use loaded.

    Raises
    ------
    SuggesterError
        The model cannot be used.
    """
    # What the name means now: a version promoted later on disk is not taken in use behind the page.
    model = exact_name(settings.model)
    desk = Desk(Suggester.load(model, rules=settings.rules))
    retraining = Retraining(
        database,
        ModelsInUse(database, model),
        settings.key.get_secret_value(),
        (settings.corpus,) if settings.corpus else (),
        settings.fewest_reviewed,
    )
    office = Office(database, desk, retraining)
    office.succession.settle()
    warm_up(office.desk)
    return office


def house_of(settings: Settings, hosts: tuple[str, ...], private: bool, secure: bool) -> House:
    """Return the rules of the house."""
    return House(
        hosts=hosts,
        private=private,
        secure=secure,
        most_megabytes=settings.most_megabytes,
        requests_per_minute=settings.requests_per_minute or None,
        idle=datetime.timedelta(minutes=settings.idle_minutes),
        longest=datetime.timedelta(hours=settings.session_hours),
    )


def app_of(settings: Settings, office: Office, house: House) -> FastAPI:
    """Return the app over an office, as the settings ask for it."""
    logging.basicConfig(level=settings.log_level.upper())
    if settings.log_requests:
        log_requests()
    return create_app(office, house)


def worker() -> FastAPI:
    """Return the app of one worker process, from the environment."""
    settings = load_settings()
    told = json.loads(os.environ[TOLD])
    house = house_of(settings, tuple(told["hosts"]), told["private"], told["secure"])
    return app_of(settings, open_office(settings, open_database(settings)), house)
