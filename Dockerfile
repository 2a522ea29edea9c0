# The production image: requirements.lock only, no compiler, no embedded servers, not root.
FROM python:3.13-slim AS build
ENV PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_CACHE_DIR=1
RUN python -m venv /opt/portal
COPY requirements.lock .
RUN /opt/portal/bin/pip install --require-hashes --only-binary :all: -r requirements.lock

FROM python:3.13-slim
ENV PATH=/opt/portal/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    DJANGO_SETTINGS_MODULE=config.settings \
    STATIC_ROOT=/srv/static
RUN useradd --system --uid 10001 --home-dir /nonexistent --shell /usr/sbin/nologin portal
COPY --from=build /opt/portal /opt/portal
WORKDIR /srv/portal
COPY . .
# Static files belong to the image; the values are placeholders that no request ever sees.
RUN SECRET_KEY=build SUPPRESSION_KEY=build PORTAL_BASE_URL=https://build.invalid \
    DATABASE_URL=postgres://build.invalid/build REDIS_URL=redis://build.invalid \
    python manage.py collectstatic --noinput --verbosity 0 \
    && python -m compileall -q . \
    && install --directory --owner=portal --mode=700 /srv/files
USER portal
EXPOSE 8000
CMD ["gunicorn", "config.wsgi", "--config", "docker/gunicorn.conf.py"]
