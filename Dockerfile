# docker build -t clause-desk .    PIP_OPTIONS: for example another package index
FROM python:3.11-slim AS build
ARG PIP_OPTIONS=""
RUN apt-get update && apt-get install -y --no-install-recommends make gcc g++ && rm -rf /var/lib/apt/lists/*
WORKDIR /desk
COPY pyproject.toml constraints.txt Makefile README.md ./
COPY ingest ingest
COPY app app
COPY eval eval
RUN make .venv/.installed PIP_OPTIONS="$PIP_OPTIONS" && \
    .venv/bin/python -m pip install --quiet $PIP_OPTIONS --constraint constraints.txt --editable ".[postgres]"

FROM python:3.11-slim
RUN useradd --create-home --uid 10001 desk
WORKDIR /desk
COPY --from=build /desk /desk
COPY .streamlit .streamlit
COPY --chown=desk corpus /data/corpus
RUN mkdir -p /data/var && chown -R desk /data
USER desk
ENV CLAUSEDESK_CORPUS=/data/corpus CLAUSEDESK_VAR=/data/var PYTHONUNBUFFERED=1
VOLUME /data
EXPOSE 8501
# the first start builds the index
HEALTHCHECK --start-period=180s --interval=15s --timeout=5s \
    CMD ["/desk/.venv/bin/python", "-c", "import urllib.request as u; u.urlopen('http://127.0.0.1:8501/ready', timeout=4)"]
STOPSIGNAL SIGTERM
# without sign-on a container refuses to listen to others: set CLAUSEDESK_SERVER__ISSUER (docs/deploy.md)
ENTRYPOINT ["/desk/.venv/bin/python", "-m", "app"]
CMD ["serve", "--host", "0.0.0.0", "--port", "8501"]
