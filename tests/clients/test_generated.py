"""A client that a program wrote from the service's description: it compiles, and gets an entity."""

import compileall
import subprocess
from pathlib import Path

import httpx
import pytest

from tests.conftest import ROOT

GENERATOR = ROOT / ".venv/generator/bin/openapi-python-client"
ASK = """
from cloud_index_client import Client
from cloud_index_client.api.entities import read_entities, read_entity
client = Client(base_url="{address}", raise_on_unexpected_status=True)
entity = read_entity.sync(client=client, slug="kubespray")
page = read_entities.sync(client=client, filter_="type:ClusterInstaller", limit=2)
print(entity.name, entity.type_, len(entity.relations) > 3, page.total > 2, [item.slug for item in page.items])
"""

pytestmark = pytest.mark.skipif(not GENERATOR.exists(), reason="`make test` installs the generator of clients")


def test_a_generated_client_compiles_and_gets_an_entity(service: str, tmp_path: Path) -> None:
    description = tmp_path / "openapi.json"
    description.write_bytes(httpx.get(f"{service}/openapi.json").raise_for_status().content)
    folder = tmp_path / "client"

    made = subprocess.run(
        (GENERATOR, "generate", "--path", description, "--output-path", folder, "--meta", "none", "--overwrite"),
        capture_output=True,
        text=True,
        check=True,
        cwd=tmp_path,
    )
    folder.rename(tmp_path / "cloud_index_client")
    command = (GENERATOR.with_name("python"), "-c", ASK.format(address=service))
    asked = subprocess.run(command, capture_output=True, text=True, check=False, cwd=tmp_path)

    assert "WARNING" not in made.stdout
    assert compileall.compile_dir(tmp_path / "cloud_index_client", quiet=1)
    assert asked.stdout.startswith("Kubespray ClusterInstaller True True ['"), asked.stderr
