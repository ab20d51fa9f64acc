# sayso in a container. Building needs the image and crate registries; nothing is downloaded when it runs.
#
#   docker build -t sayso .
#   docker run --rm -v "$PWD:/data" sayso add /data/reports
# The image has the compiler and the C library that SQLite needs: no mirror of Debian is asked.
FROM rust:1-slim-bookworm AS build
WORKDIR /src
COPY . .
# `--build-arg FEATURES=queue` for ledgers on PostgreSQL and queues: docs/queue.md.
ARG FEATURES=""
RUN cargo build --release --locked -p sayso --features "$FEATURES"

FROM debian:bookworm-slim
RUN useradd --create-home sayso && mkdir /data && chown sayso /data
COPY --from=build /src/target/release/sayso /usr/local/bin/sayso
COPY --from=build /src/LICENSE-APACHE /src/LICENSE-MIT /src/NOTICE /src/THIRD-PARTY.txt /usr/share/doc/sayso/
USER sayso
ENV SAYSO_LEDGER=/data/ledger.db
VOLUME /data
WORKDIR /data
ENTRYPOINT ["sayso"]
