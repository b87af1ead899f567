# The application: web server, worker and beat are the same image with another command.
FROM python:3.13-slim

ENV PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 PYTHONUTF8=1

RUN useradd --system --create-home --home-dir /data imprimatur
WORKDIR /app

COPY requirements/server.lock requirements/server.lock
RUN pip install --no-cache-dir --no-deps --require-hashes -r requirements/server.lock

COPY . .
# Collecting static files needs settings, but no server and no secret.
RUN NO_ENV_FILES=1 SECRET_KEY=only-for-building DATABASE_URL=postgres://build@127.0.0.1/build \
    REDIS_URL=redis://127.0.0.1/0 python manage.py collectstatic --no-input --verbosity 0

USER imprimatur
VOLUME /data
EXPOSE 8000
ENV BIND=0.0.0.0:8000
CMD ["gunicorn", "-c", "python:config.gunicorn"]
