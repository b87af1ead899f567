"""How the web server runs, wherever it runs: `gunicorn -c python:config.gunicorn config.wsgi`."""

import os

wsgi_app = "config.wsgi"
bind = os.environ.get("BIND") or "127.0.0.1:8000"
workers = int(os.environ.get("WEB_WORKERS") or 2)
threads = int(os.environ.get("WEB_THREADS") or 4)
preload_app = True  # workers share the memory of the loaded application
control_socket_disable = True  # it would lie in the home folder, shared by every installation of this user
accesslog = None  # addresses of people are nobody's business; the proxy in front may keep its own
worker_tmp_dir = "/dev/shm" if os.path.isdir("/dev/shm") else None
graceful_timeout = 10
