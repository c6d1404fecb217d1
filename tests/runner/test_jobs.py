# Copyright: contributors to the ovhcloud.vrack project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Jobs of ansible-runner, as AWX starts them: what they tell and hand on. `make runner` takes the whole round."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

from simulator.launch import Simulator
from tests.support.runner.jobs import STREAMED, leaks, prepare, run
from tests.support.runner.rounds import ROUND, TYPED_IN, described, secrets, take


def test_jobs_through_a_worker(simulator: Simulator, tmp_path: Path) -> None:
    """A plan that fails on drift, the run, the export: status, events, what is handed on, no secret in any of it."""
    steps = [ROUND[0], ROUND[2], next(step for step in ROUND if step.playbook == "export")]
    jobs = {}
    for step, job, problems in take(simulator, tmp_path, STREAMED, steps=steps):
        assert problems == [], step
        jobs[step.playbook] = job
    assert jobs["check"].handed_on["vrack_drift"] == 6
    assert jobs["check"].handed_on["vrack_plan"]["counts"]["create"] == 6
    assert jobs["check"].failures == ["6 of 6 things differ from the description."]
    assert jobs["export"].handed_on["vrack_topology"]["project"]

    assert "waiting: [localhost] after " in jobs["site"].output
    made = jobs["site"].handed_on["vrack_topology_result"]
    client = simulator.client()
    [instance] = made["instances"]
    there = client.get(f"/cloud/project/{instance['project']}/instance/{instance['id']}")
    assert {one["ip"] for one in there["ipAddresses"]} >= {instance["public_ip"], instance["private_ip"]}
    ports = client.get(f"/cloud/project/{instance['project']}/instance/{instance['id']}/interface")
    assert {port["macAddress"] for port in ports} == {port["mac"] for port in instance["interfaces"]}
    assert client.get(f"/vrack/{made['vrack']['service_name']}")["name"] == "demo"
    assert made["networks"] == [
        {
            "id": f"{made['vrack']['service_name']}_42",
            "name": "blue",
            "project": instance["project"],
            "regions": ["GRA11"],
            "vlan_id": 42,
        }
    ]
    assert [(one["region"], one["cidr"]) for one in made["subnets"]] == [("GRA11", "192.168.42.0/24")]
    assert [one["name"] for one in made["ssh_keys"]] == ["demo"]
    assert made["interfaces"] == []


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("networks: [", "did not find expected node content"),
        (TYPED_IN.replace("blue]", "bleu]"), "did you mean blue?"),
    ],
    ids=["no YAML", "no such network"],
)
def test_what_is_wrong_with_the_description_is_told(simulator: Simulator, tmp_path: Path, text: str, told: str) -> None:
    """It holds secrets, so it isn't shown; what is wrong with it is."""
    job = run(prepare(tmp_path / "job", simulator, **described(text)), "site.yml")
    assert job.status == "failed"
    assert any(told in failure for failure in job.failures), job.output
    assert leaks(job, secrets(simulator)) == []
    assert simulator.writes() == []


@pytest.mark.skipif(shutil.which("openssl") is None, reason="needs openssl to make a certificate")
def test_a_simulator_on_another_machine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Over HTTPS, with a certificate that the image was given: the credential's endpoint may be any address."""
    certificate, key = tmp_path / "cert.pem", tmp_path / "key.pem"
    making = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=localhost"]
    made = [*making, "-addext", "subjectAltName=IP:127.0.0.1", "-keyout", str(key), "-out", str(certificate)]
    subprocess.run(made, check=True, capture_output=True, timeout=60)
    # For the control path.
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    with Simulator.start(seed=1, speed=60.0, strict=True, tls_cert=str(certificate), tls_key=str(key)) as elsewhere:
        assert elsewhere.env["OVH_ENDPOINT"].startswith("https://")
        folder = prepare(tmp_path / "job", elsewhere, export_project="running")
        with (folder / "env" / "envvars").open("a", encoding="utf-8") as variables:
            variables.write(f"REQUESTS_CA_BUNDLE: {certificate}\n")
        job = run(folder, "export.yml")
        assert job.status == "successful", job.output
        assert job.handed_on["vrack_topology"]["project"]
        assert elsewhere.journal()


def test_a_credential_that_was_not_filled_in(simulator: Simulator, tmp_path: Path) -> None:
    """Its variables are there, and empty: that is said, and no request made."""
    folder = prepare(tmp_path / "job", simulator, **described(TYPED_IN))
    variables = folder / "env" / "envvars"
    kept = [line for line in variables.read_text(encoding="utf-8").splitlines() if not line.startswith("OVH_")]
    empty = [f"OVH_{name}: ''" for name in ("ENDPOINT", "APPLICATION_KEY", "APPLICATION_SECRET", "CONSUMER_KEY")]
    variables.write_text("\n".join(kept + empty), encoding="utf-8")
    job = run(folder, "site.yml")
    assert job.status == "failed"
    assert "credentials" in job.failures[0].lower()
    assert simulator.journal() == []
