# syntax=docker/dockerfile:1
# The review workbench as an image: no root, no compiler, nothing fetched at run time.
ARG PYTHON=python:3.11.14-slim-bookworm

FROM ${PYTHON} AS build
ENV PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_CACHE_DIR=1
WORKDIR /source
COPY requirements.lock requirements-build.lock ./
RUN python -m venv /opt/suggester \
 && /opt/suggester/bin/pip install --require-hashes -r requirements.lock \
 && python -m venv /opt/build \
 && /opt/build/bin/pip install --require-hashes -r requirements-build.lock
COPY pyproject.toml README.md LICENSE NOTICE.md CHANGELOG.md ./
COPY suggester suggester
COPY models models
RUN /opt/build/bin/hatchling build --target wheel --directory /dist \
 && /opt/suggester/bin/pip install --no-deps /dist/*.whl
# Code set and terms are compiled here, once: a new /data volume begins with them. ICD-10-CM is in the
# public domain, and what stands for CPT is this project's own starter set.
RUN export XDG_DATA_HOME=/data XDG_CACHE_HOME=/data/cache PATH=/opt/suggester/bin:$PATH \
 && printf 'Impression: Gout, on allopurinol. X-ray of the left knee.' | suggester suggest - > /dev/null \
 && for system in icd10cm cpt hcpcs; do suggester codes search knee --system $system > /dev/null || exit 1; done \
 && mkdir -p /data/models

FROM ${PYTHON}
LABEL org.opencontainers.image.title="Suggester" \
      org.opencontainers.image.description="Suggested ICD-10-CM, CPT and HCPCS codes for clinical notes, and the workbench where coders decide" \
      org.opencontainers.image.licenses="Apache-2.0"
RUN groupadd --gid 10001 suggester \
 && useradd --uid 10001 --gid 10001 --no-create-home --home-dir /data --shell /usr/sbin/nologin suggester
COPY --from=build /opt/suggester /opt/suggester
COPY --from=build --chown=10001:10001 /data /data
COPY corpora/notes /opt/corpora/notes
COPY corpora/procedures /opt/corpora/procedures
COPY LICENSE NOTICE.md /opt/suggester/
# All that is ever written is below /data, but for what is in passing, in /tmp.
ENV PATH=/opt/suggester/bin:$PATH \
    HOME=/data \
    XDG_DATA_HOME=/data \
    XDG_CACHE_HOME=/data/cache \
    SUGGESTER_MODELS_DIR=/data/models \
    SUGGESTER_CORPUS=/opt/corpora \
    PYTHONDONTWRITEBYTECODE=1 \
    PYTHONUNBUFFERED=1
WORKDIR /data
VOLUME /data
USER 10001:10001
EXPOSE 8000
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=30s --timeout=5s --start-period=60s --retries=3 \
  CMD ["python", "-c", "import urllib.request; urllib.request.urlopen('http://127.0.0.1:8000/api/v1/ready', timeout=4)"]
ENTRYPOINT ["suggester"]
CMD ["serve", "--host", "0.0.0.0", "--port", "8000", "--workers", "2"]
