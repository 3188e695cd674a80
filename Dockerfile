# The service as an image: fonts and scripts are built in the first stage, which is thrown away.
ARG PYTHON=3.13

FROM python:${PYTHON}-slim AS build
WORKDIR /app
ENV PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_CACHE_DIR=1
COPY requirements/city.lock requirements/demo.lock requirements/
# What runs goes into an environment of its own; Node, from its wheel, only into this stage.
RUN python -m venv /venv \
 && /venv/bin/pip install --require-hashes --only-binary :all: -r requirements/city.lock \
 && pip install --require-hashes --only-binary :all: -r requirements/demo.lock
COPY package.json package-lock.json .npmrc ./
COPY tools tools
COPY referendum/web/static referendum/web/static
RUN python tools/build_assets.py
COPY referendum referendum
COPY signatures signatures
COPY ballots ballots
COPY thresholds thresholds
RUN /venv/bin/python -m compileall -q referendum signatures ballots thresholds

FROM python:${PYTHON}-slim
# A number, so that an orchestrator can see that it is not root; the folder gives its owner to
# the volume that is mounted over it.
RUN useradd --uid 10001 --no-create-home --shell /usr/sbin/nologin referendum \
 && install -d -m 0700 -o 10001 -g 10001 /keys
COPY --from=build /venv /venv
COPY --from=build /app/referendum /app/referendum
COPY --from=build /app/signatures /app/signatures
COPY --from=build /app/ballots /app/ballots
COPY --from=build /app/thresholds /app/thresholds
WORKDIR /app
ENV PATH=/venv/bin:$PATH PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1
USER 10001
ENTRYPOINT ["python", "-m", "referendum"]
CMD ["serve", "--host", "0.0.0.0"]
