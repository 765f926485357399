# One image for web, worker, beat and prepare; docker-compose.yml says which it is.
FROM python:3.11-slim-bookworm AS build
ENV PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_CACHE_DIR=1
COPY requirements/runtime.txt /tmp/runtime.txt
RUN python -m venv /venv && /venv/bin/pip install --require-hashes -r /tmp/runtime.txt

FROM python:3.11-slim-bookworm
ENV PATH=/venv/bin:$PATH \
    PYTHONDONTWRITEBYTECODE=1 \
    PYTHONUNBUFFERED=1 \
    DJANGO_SETTINGS_MODULE=coordination.settings \
    THROUGHLINE_VAR=/var/lib/throughline \
    BIND=0.0.0.0
# What draws the letters of a PDF; Python has no wheel of it.
RUN apt-get update \
    && apt-get install --yes --no-install-recommends \
        fontconfig=2.14.* libharfbuzz-subset0=6.0.* libpango-1.0-0=1.50.* libpangoft2-1.0-0=1.50.* \
    && rm -rf /var/lib/apt/lists/*
RUN useradd --system --uid 990 --home-dir /app --shell /usr/sbin/nologin throughline \
    && install -d -o throughline -g throughline -m 0700 /var/lib/throughline
COPY --from=build /venv /venv
WORKDIR /app
COPY manage.py ./
COPY coordination ./coordination
COPY patients ./patients
COPY referrals ./referrals
COPY templates ./templates
COPY static ./static
# The assets need settings but no secret: the key below lives for this one command.
RUN key="$(python -c 'import secrets; print(secrets.token_urlsafe(64))')" \
    && SECRET_KEY="$key" python manage.py build_assets \
    && SECRET_KEY="$key" THROUGHLINE_VAR=/app/var python manage.py collectstatic --noinput
ENV STATIC_ROOT=/app/var/static
USER 990
EXPOSE 8000
CMD ["gunicorn", "-c", "python:coordination.ground.gunicorn"]
