# The simulated shops, for trials without a real one. Built from the checkout's root.
FROM python:3.12-slim

WORKDIR /srv
COPY requirements/lock.txt /tmp/lock.txt
# Of the locked libraries only those that the simulator imports, with their checksums.
RUN awk '/^[a-zA-Z0-9]/ { keep = ($0 ~ /^(aiohttp|aiohappyeyeballs|aiosignal|attrs|frozenlist|graphql-core|idna|multidict|propcache|typing-extensions|yarl)==/) } keep' \
        /tmp/lock.txt > /tmp/simulator.txt \
    && pip install --no-cache-dir --require-hashes --no-deps -r /tmp/simulator.txt
COPY tests/simulator tests/simulator
USER nobody

HEALTHCHECK --interval=10s --timeout=5s --start-period=20s --retries=5 \
    CMD ["python", "-c", "import urllib.request; urllib.request.urlopen('http://127.0.0.1:9292/control/shops', timeout=4)"]
ENTRYPOINT ["python", "-m", "tests.simulator"]
CMD ["--port", "9292"]
