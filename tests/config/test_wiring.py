"""Probes, logs, policies of pages, the fixtures that others rely on."""

import json
import logging
import subprocess
import sys
from pathlib import Path

import pytest
from django.conf import settings
from django.db import connection
from django.http import HttpResponse
from django.test import RequestFactory
from kombu.exceptions import OperationalError

from config.celery import app as celery_app
from config.log import blank_addresses
from config.middleware import ContentSecurityPolicyMiddleware
from config.settings import HARDENED

ROOT = Path(__file__).resolve().parents[2]


@pytest.mark.django_db
def test_probes_answer_whatever_the_host_is_called(client):
    for path in ("/healthz", "/readyz"):
        response = client.get(path, headers={"host": "10.1.2.3:8000"})
        assert response.status_code == 200
        assert response["Cache-Control"] == "no-store"
    assert response.json() == {"status": "ok", "database": True, "redis": True}


@pytest.mark.django_db
def test_ready_without_redis_says_so_and_still_serves(client, redis_away):
    response = client.get("/readyz")
    assert (response.status_code, response.json()["redis"]) == (200, False)


def test_a_page_does_not_wait_for_a_broker_that_is_away(redis_away, monkeypatch):
    naps = []
    monkeypatch.setattr("kombu.utils.functional.sleep", naps.append)
    with pytest.raises(OperationalError):
        celery_app.send_task("anything")
    assert sum(naps) == 0


def test_addresses_of_people_never_reach_the_log():
    event = {"event": "Mail to one.person+x@mail.example.org refused", "count": 3}
    assert blank_addresses(None, "", event) == {"event": "Mail to <address> refused", "count": 3}


def test_a_log_line_is_one_json_object(capfd):
    program = "import logging, django; django.setup(); logging.getLogger('x').error('Lost %s', 'a@b.example')"
    environment = {"NO_ENV_FILES": "1", "SECRET_KEY": "x", "DATABASE_URL": "postgres://a@127.0.0.1/a"}
    environment |= {"REDIS_URL": "redis://127.0.0.1:1/0", "DJANGO_SETTINGS_MODULE": "config.settings"}
    subprocess.run([sys.executable, "-c", program], cwd=ROOT, env=environment, check=True)
    line = json.loads(capfd.readouterr().err.strip().splitlines()[-1])
    assert (line["event"], line["level"], line["logger"]) == ("Lost <address>", "error", "x")
    assert logging.getLogger("x").level == logging.NOTSET


def policy(path):
    request = RequestFactory().get(path)
    response = ContentSecurityPolicyMiddleware(lambda request: HttpResponse(str(request.csp_nonce)))(request)
    directives = (part.strip().split(" ", 1) for part in response["Content-Security-Policy"].split(";"))
    return response.content.decode(), dict(directives)


def test_pages_run_only_our_own_scripts():
    nonce, found = policy("/proposals/")
    assert found["default-src"] == "'none'"
    assert found["script-src"] == f"'self' 'nonce-{nonce}'"
    assert found["style-src"] == f"'self' 'nonce-{nonce}'"
    assert found["frame-ancestors"] == "'none'"


def test_the_dashboard_alone_may_evaluate_expressions():
    nonce, found = policy("/admin/")
    assert found["script-src"] == f"'self' 'nonce-{nonce}' 'unsafe-eval'"
    assert "'unsafe-eval'" not in str(policy("/administration/")[1])


def test_a_missing_variable_is_told_with_what_to_do():
    program = "import django; django.setup()"
    environment = {"NO_ENV_FILES": "1", "DJANGO_SETTINGS_MODULE": "config.settings", "SECRET_KEY": "x"}
    done = subprocess.run(
        [sys.executable, "-c", program], cwd=ROOT, env=environment, capture_output=True, text=True
    )
    assert done.returncode == 1
    assert "DATABASE_URL is not set. Give postgres://user:password@host/name." in done.stderr


def test_tests_are_not_hardened_but_production_is():
    assert HARDENED is False
    assert settings.SESSION_COOKIE_SECURE is False


def test_an_unknown_api_address_answers_in_the_shape_of_the_api(client):
    response = client.get("/api/v1/nothing/")
    assert (response.status_code, response.json()["reasons"]) == (404, [])


@pytest.mark.django_db
def test_tests_have_a_database_of_their_own():
    assert connection.settings_dict["NAME"].startswith("test_")
    assert connection.settings_dict["HOST"] == "127.0.0.1"
