"""gunicorn's settings: our log lines, no access log (its paths hold ids), no control socket."""

import os

from coordination.logs import logging_settings

wsgi_app = "coordination.wsgi:application"
bind = f"{os.environ.get('BIND', '127.0.0.1')}:{os.environ.get('PORT', '8000')}"
workers = int(os.environ.get("WEB_WORKERS", str(min(os.cpu_count() or 1, 8))))
worker_class = "sync"
timeout = 60
graceful_timeout = 10
max_requests = 5000
max_requests_jitter = 500
control_socket_disable = True
accesslog = None
logconfig_dict = logging_settings(os.environ.get("LOG_FILE"), os.environ.get("LOG_LEVEL", "INFO"))
