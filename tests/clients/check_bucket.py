"""Has `seamless screen s3://… --watch` screen what lies in a bucket of a real S3 server that we did not write, over TLS, with a
`kill -9` in the middle: each file is decided once, its decisions and its copy stand in the bucket, and it is gone from where it
came. A file that cannot be read is put aside with the reason.

Then `seamless-training`, from beside SEAMLESS, keeps its files in a bucket: a material goes up and comes back as it was.

check_bucket.py SEAMLESS
"""

import json
import os
import re
import signal
import socket
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import boto3
from check_mails import until, vouched_for

ROWS = 3000
SECRET = "hush/of+the=bucket"


class Bucket:
    """An S3 server on loopback, and what lies in its bucket `goods`."""

    def __init__(self, folder):
        self.certificate = vouched_for(folder, "store")
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            port = free.getsockname()[1]
        self.endpoint = f"https://localhost:{port}"
        certificate = ["-c", self.certificate.with_suffix(".pem"), "-k", self.certificate.with_suffix(".key")]
        program = str(Path(sys.executable).with_name("moto_server"))
        with open(Path(folder, "store.log"), "w") as log:
            self.server = subprocess.Popen(
                [sys.executable, program, "-H", "127.0.0.1", "-p", str(port), *certificate], stdout=log, stderr=log
            )
        self.ca = str(self.certificate.with_name("store-ca.pem"))
        self.client = boto3.client(
            "s3", endpoint_url=self.endpoint, verify=self.ca, region_name="eu-west-1",
            aws_access_key_id="officer", aws_secret_access_key=SECRET,
        )

        def answers():
            with socket.socket() as asked:
                return asked.connect_ex(("127.0.0.1", port)) == 0

        until("the bucket's server answers", answers)
        self.client.create_bucket(Bucket="goods", CreateBucketConfiguration={"LocationConstraint": "eu-west-1"})

    def environment(self):
        """As other programs for S3 are told of it."""
        return {
            "AWS_REGION": "eu-west-1", "AWS_ACCESS_KEY_ID": "officer", "AWS_SECRET_ACCESS_KEY": SECRET,
            "AWS_ENDPOINT_URL": self.endpoint, "SSL_CERT_FILE": self.ca,
        }

    def put(self, key, text):
        self.client.put_object(Bucket="goods", Key=key, Body=text.encode())

    def get(self, key):
        return self.client.get_object(Bucket="goods", Key=key)["Body"].read().decode()

    def keys(self, prefix):
        pages = self.client.get_paginator("list_objects_v2").paginate(Bucket="goods", Prefix=prefix)
        return sorted(one["Key"] for page in pages for one in page.get("Contents", []))


class Services:
    def __init__(self, seamless, folder, environment):
        self.seamless, self.folder, self.environment = seamless, Path(folder), {**os.environ, **environment}
        self.server = None

    def start(self):
        greeting = self.folder / "greeting"
        with open(greeting, "w") as out, open(self.folder / "log", "w") as log:
            arguments = ["--data", "data", "up", "--port", "0"]
            self.server = subprocess.Popen([self.seamless, *arguments], cwd=self.folder, stdout=out, stderr=log)
        until("the services greet", lambda: "Ctrl-c stops it" in greeting.read_text())

    def start_training(self, bucket):
        """The training service by itself, in the place of `up`, with its files in the bucket."""
        [port] = re.findall(r":(\d+)", json.loads((self.folder / "data/endpoints.json").read_text())["training"])
        (self.folder / "training.toml").write_text(f"""
            database.url = "sqlite://data/training.db"
            certificates.keys = "data/certificate-keys"
            files = {{ url = "s3://goods/training", s3 = {{ region = "eu-west-1", endpoint = "{bucket.endpoint}", access_key_id = "officer" }} }}
            [server]
            listen = "127.0.0.1:{port}"
            drain = {{ lame_duck = "0s" }}
            tls = {{ certificate = "data/issuer/server.pem", key = "data/issuer/server.key", client_ca = "data/issuer/ca.pem" }}
            [identity]
            cooperation = "data/cooperation.toml"
            jwt = {{ issuer = "urn:seamless:local-issuer", audience = "seamless", jwks = "data/issuer/jwks.json", max_lifetime = "26352h" }}
        """)
        environment = {**os.environ, "SSL_CERT_FILE": bucket.ca, "SEAMLESS_TRAINING__FILES__S3__SECRET_ACCESS_KEY": SECRET}
        program = str(Path(self.seamless).with_name("seamless-training"))
        with open(self.folder / "log", "w") as log:
            self.server = subprocess.Popen(
                [program, "--config", "training.toml", "serve"], cwd=self.folder, stdout=log, stderr=log, env=environment
            )

        def answers():
            assert self.server.poll() is None, (self.folder / "log").read_text()
            return self.run("eu-just", "activities", "list").returncode == 0

        until("the training service answers", answers)

    def stop(self):
        if self.server:
            self.server.send_signal(signal.SIGKILL)
            self.server.wait()
            self.server = None

    def command(self, authority, *arguments):
        return [self.seamless, "--data", "data", "--json", "--as", authority, *arguments]

    def run(self, authority, *arguments):
        return subprocess.run(
            self.command(authority, *arguments), cwd=self.folder, env=self.environment, capture_output=True, text=True
        )

    def says(self, authority, *arguments):
        ran = self.run(authority, *arguments)
        assert ran.returncode == 0, f"{arguments}: {ran.stderr}"
        return [json.loads(line) for line in ran.stdout.splitlines()]


def watched(services, bucket):
    [plan] = services.says("nl-customs", "plan", "set", "NLRTM", "--capacity", "40", "--arrivals", str(2 * ROWS))
    day = plan["name"].split("/")[-1]
    rows = [f"NLRTM,{day}T10:00:00Z,B{number},950300,toy blocks" for number in range(ROWS)]
    bucket.put("in/parcels.csv", "\n".join(["entry_point,arrival_time,parcel_id,hs,description", *rows]) + "\n")
    bucket.put("in/picture.csv", "\x01PNG\0\0\0\rIHDR")
    bucket.put("in/half.csv.part", "entry_point,")
    # The mark of a folder, as consoles make it, and what lies deeper.
    bucket.put("in/", "")
    bucket.put("in/archive/old.csv", "entry_point,arrival_time\n")
    watch = ["screen", "s3://goods/in", "--watch"]
    watcher = subprocess.Popen(
        services.command("nl-customs", *watch), cwd=services.folder, env=services.environment,
        stdout=subprocess.DEVNULL, stderr=subprocess.PIPE,
    )
    status = lambda: services.says("nl-customs", "plan", "show", "NLRTM", "--day", day)[0]
    until("some are decided", lambda: watcher.poll() is None and int(status().get("arrivals", 0)) > 0)
    watcher.kill()
    watcher.wait()
    assert "in/parcels.csv" in bucket.keys("in/"), "it was in the middle"
    assert not bucket.keys("in/results/"), "nothing stands there by half"

    told = services.says("nl-customs", *watch, "--once")
    [counts] = [one["counts"] for one in told if one["file"] == "parcels.csv"]
    assert counts["rows"] == ROWS and counts["rejected"] == 0 and counts["decidedBefore"] > 0, counts
    assert int(status()["arrivals"]) == ROWS, status()
    keys = bucket.keys("in/")
    left = [key for key in keys if key.count("/") == 1]
    assert left == ["in/", "in/half.csv.part"], left
    [decisions] = bucket.keys("in/results/")
    decided = [json.loads(line) for line in bucket.get(decisions).splitlines()]
    assert [one["goods"] for one in decided] == [f"B{number}" for number in range(ROWS)]
    assert bucket.keys("in/done/") == ["in/done/parcels.csv"]
    refused, reason = bucket.keys("in/refused/")
    assert refused == "in/refused/picture.csv" and "a binary file" in bucket.get(reason), (refused, reason)
    assert "in/archive/old.csv" in keys
    print(f"{ROWS} rows of a bucket are decided once, over a kill that came behind {counts['decidedBefore']} of them")


def kept(services, bucket):
    services.start_training(bucket)
    material = services.folder / "material.json"
    both = [{"languageCode": "en", "text": "Magnets in toys"}, {"languageCode": "zh-Hans", "text": "玩具中的磁铁"}]
    material.write_text(json.dumps({
        "originalLanguage": "en", "wantedLanguages": ["zh-Hans"], "visibility": "ACTIVITY_VISIBILITY_PUBLIC",
        "title": {"versions": both}, "hazards": ["choking"], "productAreas": ["toys"],
    }))
    slides = services.folder / "slides.txt"
    slides.write_text("Keep magnets from children.\n" * 60_000)
    [made] = services.says("eu-just", "materials", "create", "material.json")
    services.says("eu-just", "materials", "upload", made["name"], "--lang", "en", "slides.txt")
    [content] = bucket.keys("training/content/")
    assert bucket.get(content) == slides.read_text()
    services.says("eu-just", "materials", "download", made["name"], "--lang", "en", "--output", "got.txt")
    assert (services.folder / "got.txt").read_text() == slides.read_text()
    assert SECRET not in (services.folder / "log").read_text()
    print("a material lies in the bucket, and comes back as it was")


def main(seamless):
    with tempfile.TemporaryDirectory() as folder:
        bucket = Bucket(folder)
        services = Services(str(Path(seamless).resolve()), folder, bucket.environment())
        try:
            services.start()
            watched(services, bucket)
            services.stop()
            kept(services, bucket)
        finally:
            services.stop()
            bucket.server.kill()


if __name__ == "__main__":
    main(sys.argv[1])
