"""A backup is whole while everything goes on, and what is restored answers as before; a bad archive changes nothing."""

import hashlib
import io
import json
import os
import shutil
import subprocess
import sys
import tarfile
import time
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from graph.backup import write_backup
from graph.engine.generations import Generation, find_current, find_generation, open_current
from graph.engine.texts import Texts
from graph.errors import BackupError, GenerationGoneError, StateFolderError
from graph.restoring import restore_backup
from tests.api.writers import desk, prepare
from tests.conftest import NOTE_TEXT, ROOT, Write
from tests.servers.fixtures import ServerOf
from tests.servers.tested import leading_to
from tests.tokens import command_line

GOOD = "entities: {foo: {type: Client, name: Foo}}"
MAPPED = "type: Software\ncolumns: {Name: name}\nencoding: latin-1\n"
Build = Callable[[], Generation]


def run_command(
    *arguments: str, content: bytes = b"", settings: Mapping[str, str] | None = None
) -> "subprocess.CompletedProcess[bytes]":
    command = (sys.executable, "-m", "api.cli", *arguments)
    environment = {**os.environ, **(settings or {})}
    return subprocess.run(command, input=content, capture_output=True, check=False, cwd=ROOT, env=environment)


def refused(*arguments: str, content: bytes = b"") -> str:
    """Return the one sentence with which a command fails."""
    run = run_command(*arguments, content=content)
    assert run.returncode == 2, run.stderr
    (sentence,) = run.stderr.decode().splitlines()
    return sentence


@pytest.fixture
def backup(write: Write, build: Build, tmp_path: Path) -> bytes:
    """The archive of a small generation, not packed."""
    write("note.yaml", NOTE_TEXT)
    build()
    return archive_of(tmp_path / "state")


def archive_of(state: Path) -> bytes:
    return archive_with(open_current(state), state)


def archive_with(generation: Generation, state: Path) -> bytes:
    target = io.BytesIO()
    write_backup(generation, state, target, is_packed=False)
    return target.getvalue()


Members = list[tuple[tarfile.TarInfo, bytes]]


def rewritten(archive: bytes, change: Callable[[Members], None]) -> bytes:
    """Return the archive with other members, whose checksums are right."""
    with tarfile.open(fileobj=io.BytesIO(archive)) as opened:
        members = [(one, file.read()) for one in opened if (file := opened.extractfile(one)) is not None]
    members = [pair for pair in members if pair[0].name != "SHA256SUMS"]
    change(members)
    sums = "".join(f"{hashlib.sha256(content).hexdigest()}  {one.name}\n" for one, content in members if one.isreg())
    members.append((tarfile.TarInfo("SHA256SUMS"), sums.encode()))
    target = io.BytesIO()
    with tarfile.open(fileobj=target, mode="w") as written:
        for one, content in members:
            one.size = len(content)
            written.addfile(one, io.BytesIO(content))
    return target.getvalue()


def test_a_restored_service_answers_as_before(tmp_path: Path) -> None:
    with desk(prepare(tmp_path / "old")) as old:
        old.put("mine", GOOD)
        old.put_graph("document/graph", "<https://w3id.org/cloudindex/id/foo> <http://schema.org/name> 'Bar' .")
        archive = tmp_path / "backup.tar.gz"
        told = command_line("backup", str(archive), "--state", str(old.state)).stderr
        old.put("mine", GOOD.replace("Foo", "Later"))
        token = old.client.headers["Authorization"]
    assert f"{archive}: generation 3, " in told
    assert archive.stat().st_mode & 0o777 == 0o600

    new = tmp_path / "new"
    command = ("restore", str(archive), "--state", str(new / "state"), "--documents", str(new / "data"), "--tokens")
    restored = command_line(*command)

    assert restored.stderr.startswith("Generation 4 is published: what generation 3 held at ")
    assert "one that was revoked since then is good again" in restored.stderr
    assert (new / "data/notes/note.yaml").read_text(encoding="utf-8") == NOTE_TEXT
    with desk(new) as one:
        assert one.generation == 4
        assert one.stranger.get("/api/entities/foo").json()["name"] == "Foo"
        assert one.ask("id:foo <http://schema.org/name> 'Bar'")
        assert one.ask("id:kubespray ci:usesTool id:ansible")
        assert one.stranger.get("/api/generations/4").json()["cause"] == "restore"
        one.client.headers["Authorization"] = token
        assert one.put("mine", GOOD.replace("Foo", "Other")).is_success
        assert one.stranger.get("/api/entities/foo").json()["name"] == "Other"
        assert one.generation == 5


def test_a_backup_is_restored_under_a_running_service(tmp_path: Path) -> None:
    with desk(prepare(tmp_path)) as one:
        one.put("mine", GOOD)
        archive = tmp_path / "backup.tar"
        command_line("backup", str(archive), "--state", str(one.state))
        one.client.delete("/api/documents/mine?purge=true")
        state = ("--state", str(one.state))
        assert "holds generations already" in refused("restore", str(archive), *state)

        restored = command_line("restore", str(archive), "--replace", "--tokens", *state)

        assert restored.stderr.startswith("Generation 4 is published: what generation 2 held")
        assert "The tokens of the backup were left out" in restored.stderr
        deadline = time.monotonic() + 20
        while one.stranger.get("/api/entities/foo").status_code != 200:
            assert time.monotonic() < deadline
            time.sleep(0.1)
        assert one.put("mine", GOOD.replace("Foo", "Other")).is_success


def test_backups_are_whole_while_others_publish(tmp_path: Path) -> None:
    with desk(prepare(tmp_path)) as one, ThreadPoolExecutor(1) as pool:
        one.put("mine", GOOD)
        writing = pool.submit(lambda: [one.put("mine", GOOD.replace("Foo", f"Foo {n}")).status_code for n in range(5)])
        made = [archive_of(one.state)]
        while not writing.done():
            made.append(archive_of(one.state))

    assert writing.result() == [200] * 5
    numbers = set()
    for number, archive in enumerate(made):
        restored = restore_backup(io.BytesIO(archive), tmp_path / f"restored-{number}")
        shutil.rmtree(tmp_path / f"restored-{number}")
        numbers.add(restored.header.generation)
    assert len(numbers) > 1


def test_a_lost_number_that_is_used_again_has_another_tag(tmp_path: Path) -> None:
    """Else a client that kept an answer of the lost generation would be told that it is still good."""
    query = {"query": "SELECT ?name { id:foo schema:name ?name }"}
    with desk(prepare(tmp_path)) as one:
        archive = archive_of(one.state)
        one.put("mine", GOOD)
        lost = one.stranger.get("/sparql", params=query)
    shutil.rmtree(tmp_path / "state")
    restore_backup(io.BytesIO(archive), tmp_path / "state")

    with desk(tmp_path) as one:
        one.put("other", "entities: {bar: {type: Client, name: Bar}}")
        kept = one.stranger.get("/sparql", headers={"If-None-Match": lost.headers["ETag"]}, params=query)

        assert kept.status_code == 200
        assert "Foo" not in kept.text


def test_a_backup_goes_through_pipes(backup: bytes, tmp_path: Path) -> None:
    state = str(tmp_path / "state")
    command = (sys.executable, "-m", "api.cli", "backup", "-", "--state", state)

    piped = subprocess.run(command, capture_output=True, check=True).stdout
    again = subprocess.run(
        (*command[:3], "restore", "-", "--state", str(tmp_path / "new")), input=piped, capture_output=True, check=True
    )

    assert b"Generation 2 is published" in again.stderr
    assert b"1 of its 1 documents are of a folder" in again.stderr


def test_a_table_comes_back_with_its_mapping(write: Write, data: Path, build: Build, tmp_path: Path) -> None:
    write("tools.csv", "Name\nÉlan\n".encode("latin-1"))
    write("tools.csv.yaml", MAPPED)
    build()

    restore_backup(io.BytesIO(archive_of(tmp_path / "state")), tmp_path / "new", documents=tmp_path / "out")

    for name in ("tools.csv", "tools.csv.yaml"):
        assert (tmp_path / "out/notes" / name).read_bytes() == (data / "notes" / name).read_bytes()


def test_a_start_after_a_restore_has_nothing_to_do(backup: bytes, build: Build, tmp_path: Path) -> None:
    shutil.rmtree(tmp_path / "state")
    restore_backup(io.BytesIO(backup), tmp_path / "state")

    assert build().id == 2


def test_the_checksums_are_those_of_common_programs(backup: bytes, tmp_path: Path) -> None:
    with tarfile.open(fileobj=io.BytesIO(backup)) as archive:
        archive.extractall(tmp_path / "out", filter="data")

    checked = subprocess.run(("sha256sum", "--check", "--strict", "--quiet", "SHA256SUMS"), cwd=tmp_path / "out")

    assert checked.returncode == 0


@pytest.mark.parametrize("part", [0.0, 0.1, 0.5, 0.9, 0.98])
@pytest.mark.parametrize("packed", [True, False])
def test_an_archive_that_is_cut_off_changes_nothing(part: float, packed: bool, backup: bytes, tmp_path: Path) -> None:
    if packed:
        target = io.BytesIO()
        write_backup(open_current(tmp_path / "state"), tmp_path / "state", target, is_packed=True)
        backup = target.getvalue()
    content = backup[: int(len(backup) * part)]

    with pytest.raises(BackupError, match=r"cut off|damaged|no backup"):
        restore_backup(io.BytesIO(content), tmp_path / "new")

    assert not (tmp_path / "new").exists()


@pytest.mark.parametrize("part", [0.05, 0.3, 0.6, 0.95])
def test_an_archive_with_one_wrong_byte_changes_nothing(part: float, backup: bytes, tmp_path: Path) -> None:
    place = int(len(backup.rstrip(b"\0")) * part)
    content = bytearray(backup)
    content[place] ^= 0x55

    try:
        restore_backup(io.BytesIO(bytes(content)), tmp_path / "new")
    except BackupError:
        assert not (tmp_path / "new").exists()
    else:  # it stood between files, where nothing is read
        assert archive_names(backup)


def archive_names(archive: bytes) -> list[str]:
    with tarfile.open(fileobj=io.BytesIO(archive)) as opened:
        return opened.getnames()


def _named(name: str) -> Callable[[Members], None]:
    return lambda members: members.append((tarfile.TarInfo(name), b"bad"))


def _link(kind: bytes) -> Callable[[Members], None]:
    def add(members: Members) -> None:
        link = tarfile.TarInfo("texts/aa/" + "a" * 64 + ".yaml")
        link.type, link.linkname = kind, "/etc/passwd"
        members.append((link, b""))

    return add


def _without(ending: str) -> Callable[[Members], None]:
    return lambda members: members.__setitem__(
        slice(None), [pair for pair in members if not pair[0].name.endswith(ending)]
    )


def _manifest(**changes: object) -> Callable[[Members], None]:
    def change(members: Members) -> None:
        place = next(number for number, pair in enumerate(members) if pair[0].name == "generation/manifest.json")
        content = {**json.loads(members[place][1]), **changes}
        members[place] = (members[place][0], json.dumps(content).encode())

    return change


def _header(content: bytes) -> Callable[[Members], None]:
    return lambda members: members.__setitem__(0, (members[0][0], content))


def _elsewhere(path: str) -> Callable[[Members], None]:
    def change(members: Members) -> None:
        content = next(pair[1] for pair in members if pair[0].name == "generation/manifest.json")
        documents = [{**one, "path": path} for one in json.loads(content)["documents"]]
        _manifest(documents=documents)(members)

    return change


def _text(digest: str, suffix: str) -> Callable[[Members], None]:
    """Let the document name another text."""

    def change(members: Members) -> None:
        content = next(pair[1] for pair in members if pair[0].name == "generation/manifest.json")
        documents = [{**one, "digest": digest, "suffix": suffix} for one in json.loads(content)["documents"]]
        _manifest(documents=documents)(members)

    return change


def _another_text(members: Members) -> None:
    place = next(number for number, pair in enumerate(members) if pair[0].name.startswith("texts/"))
    members[place] = (members[place][0], b"entities: {}")


def _split_elsewhere(members: Members) -> None:
    """Let the suffix begin within the hash, so that the file is the same one."""
    name = next(pair[0].name for pair in members if pair[0].name.startswith("texts/"))
    _text(f"{Path(name).name[:66]}", Path(name).name[66:])(members)


def _tokens_as_text(members: Members) -> None:
    _text("./../tokens", ".json")(members)
    members.append((tarfile.TarInfo("tokens.json"), b"[]"))


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        (_tokens_as_text, "The archive names “texts/.//./../tokens.json” as a text, which no backup has."),
        (_text("/etc/passwd", ""), "The archive names “texts//e//etc/passwd” as a text, which no backup has."),
        (_text("a" * 64, "/../../../tokens.json"), "as a text, which no backup has."),
        (_text("a" * 64, ""), "as a text, which no backup has."),
        (_text("A" * 64, ".yaml"), "as a text, which no backup has."),
        (_text("a" * 64, ".yaml"), "The archive lacks the text of data/notes/note.yaml."),
        (_split_elsewhere, "as a text, which no backup has."),
        (_another_text, ".yaml is not what its name says."),
        (_elsewhere("data/a\0b"), "which is no path in a folder."),
        (_named("../outside"), "The archive holds “../outside”, which no backup has."),
        (_named("/outside"), "The archive holds “/outside”, which no backup has."),
        (_named("generation/store/../../outside"), "holds “generation/store/../../outside”, which no backup has."),
        (_named("generation/store/.hidden"), "which no backup has."),
        (_named("bad\x1b[31m\n"), r"holds “bad\x1b[31m\n”, which no backup has."),
        (_named("generation/report.json"), "The archive holds generation/report.json twice."),
        (_link(tarfile.SYMTYPE), "which no backup has."),
        (_link(tarfile.LNKTYPE), "which no backup has."),
        (_link(tarfile.FIFOTYPE), "which no backup has."),
        (_link(tarfile.DIRTYPE), "which no backup has."),
        (_without("manifest.json"), "The archive holds no generation that can be opened."),
        (_without("report.json"), "The archive holds no generation that can be opened."),
        (_without("CURRENT"), "The archive holds no generation that can be opened."),
        (_without(".yaml"), "The archive lacks the text of data/notes/note.yaml."),
        (_without("backup.json"), "is no backup of Cloud Index: it does not begin with backup.json."),
        (_manifest(id="seven"), "The archive holds no generation that can be opened."),
        (_header(b"{}"), "is no backup of Cloud Index: its backup.json says something else."),
        (
            _header(b'{"format": 2, "generation": 1, "made": "2030-01-01T00:00:00Z"}'),
            "The archive is of format 2, and this version reads format 1.",
        ),
        (_elsewhere("data/../../outside"), "which is no path in a folder."),
        (_elsewhere(""), "which is no path in a folder."),
    ],
)
def test_a_forged_archive_is_refused_with_a_sentence_and_changes_nothing(
    change: Callable[[Members], None], sentence: str, backup: bytes, tmp_path: Path
) -> None:
    forged = rewritten(backup, change)
    before = sorted(tmp_path.rglob("*"))

    with pytest.raises(BackupError) as failure:
        restore_backup(io.BytesIO(forged), tmp_path / "new/state", documents=tmp_path / "out")

    assert sentence in str(failure.value)
    assert [path for path in sorted(tmp_path.rglob("*")) if path not in before and path.name != "new"] == []


@pytest.mark.parametrize("content", [b"", b"no archive at all", bytes(10_000), b"PK\x03\x04" + bytes(600)])
def test_what_is_no_archive_is_refused(content: bytes, tmp_path: Path) -> None:
    with pytest.raises(BackupError):
        restore_backup(io.BytesIO(content), tmp_path / "new")

    assert list(tmp_path.iterdir()) == []


def test_another_archive_is_refused(tmp_path: Path) -> None:
    target = io.BytesIO()
    with tarfile.open(fileobj=target, mode="w:xz") as archive:
        archive.addfile(tarfile.TarInfo("hello"))

    with pytest.raises(BackupError, match=r"does not begin with backup\.json"):
        restore_backup(io.BytesIO(target.getvalue()), tmp_path / "new")


def test_what_follows_the_checksums_is_refused(backup: bytes, tmp_path: Path) -> None:
    target = io.BytesIO(backup)
    with tarfile.open(fileobj=target, mode="a") as archive:
        archive.addfile(tarfile.TarInfo("tokens.json"))

    with pytest.raises(BackupError, match="goes on after its checksums"):
        restore_backup(io.BytesIO(target.getvalue()), tmp_path / "new")


def test_a_file_that_is_there_is_left_as_it_is(backup: bytes, tmp_path: Path) -> None:
    kept = tmp_path / "kept.tar"
    kept.write_bytes(b"mine")

    sentence = refused("backup", str(kept), "--state", str(tmp_path / "state"))

    assert sentence == f"cloudindex: {kept} is there already, and was left as it is; name a new file."
    assert kept.read_bytes() == b"mine"


def test_a_folder_of_documents_that_is_there_is_left_as_it_is(backup: bytes, data: Path, tmp_path: Path) -> None:
    with pytest.raises(BackupError, match="is there already, and nothing was restored"):
        restore_backup(io.BytesIO(backup), tmp_path / "new", documents=data)

    assert not (tmp_path / "new").exists()


@pytest.fixture
def with_tokens(backup: bytes) -> bytes:
    """The same archive with tokens."""
    return rewritten(backup, lambda members: members.append((tarfile.TarInfo("tokens.json"), b"[]")))


def test_a_generation_that_cannot_be_published_leaves_neither_documents_nor_tokens(
    with_tokens: bytes, tmp_path: Path
) -> None:
    """Else the next try would find a folder of documents, and old tokens would be good again."""
    state, out = tmp_path / "new", tmp_path / "out"
    state.mkdir()
    (state / "texts").write_text("no folder")

    with pytest.raises(StateFolderError, match="new: cannot be written"):
        restore_backup(io.BytesIO(with_tokens), state, with_tokens=True, documents=out)

    assert find_current(state) is None
    assert not (state / "tokens.json").exists()
    assert not out.exists()
    (state / "texts").unlink()
    assert restore_backup(io.BytesIO(with_tokens), state, with_tokens=True, documents=out).tokens_taken
    assert [path.name for path in out.iterdir()] == ["notes"]


def test_documents_that_cannot_be_written_are_named_and_nothing_is_restored(with_tokens: bytes, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("no folder")
    out = tmp_path / "file/out"

    with pytest.raises(BackupError, match="file/out cannot be written, and nothing was restored: Not a directory"):
        restore_backup(io.BytesIO(with_tokens), tmp_path / "new", with_tokens=True, documents=out)

    assert not (tmp_path / "new").exists()


def test_documents_go_into_an_empty_folder_that_is_there(backup: bytes, tmp_path: Path) -> None:
    """It may be a link, or a disk of its own, which cannot be put in another's place."""
    (tmp_path / "disk").mkdir()
    (tmp_path / "out").symlink_to("disk")

    restore_backup(io.BytesIO(backup), tmp_path / "new", documents=tmp_path / "out")

    assert (tmp_path / "disk/notes/note.yaml").read_text(encoding="utf-8") == NOTE_TEXT
    assert [path.name for path in (tmp_path / "disk").iterdir()] == ["notes"]


def test_a_copy_without_triples_makes_no_backup_unless_it_is_led_to_the_server(
    write: Write, data: Path, server_of: ServerOf, tmp_path: Path
) -> None:
    settings = {**leading_to(server_of("oxigraph")), "CLOUDINDEX_BASE_IRI": "https://backups.example/"}
    one, other = (("--state", str(tmp_path / name)) for name in ("one", "other"))
    archive = tmp_path / "monday.tar"
    follow = ("query", "ASK {}", "--data", str(data), *other)

    def publish(name: str) -> Generation:
        """Publish on one copy; return what the other has of it."""
        write("note.yaml", f"entities: {{foo: {{type: Client, name: {name}}}}}")
        assert run_command("build", "--data", str(data), *one, settings=settings).returncode == 0
        assert run_command(*follow, settings=settings).returncode == 0
        return open_current(tmp_path / "other")

    first = publish("Foo")
    assert not first.store_folder.exists()
    told = refused("backup", str(archive), *other)
    assert told.startswith("cloudindex: The triples of generation 1 are on a server, and so no backup was made; set ")
    assert run_command("backup", "-", *other).stdout == b""
    assert not archive.exists()

    assert run_command("backup", str(archive), *other, settings=settings).returncode == 0
    second = publish("Bar")

    restored = restore_backup(io.BytesIO(archive.read_bytes()), tmp_path / "new")
    assert (restored.header.generation, restored.generation.store_folder.is_dir()) == (first.id, True)
    with pytest.raises(BackupError, match=f"triples of generation {second.id} are on a server"):
        archive_with(second, tmp_path / "other")
    # What is backed up is what was fetched, even where the copy has followed since.
    again = archive_with(find_generation(tmp_path / "other", first.id), tmp_path / "other")
    assert restore_backup(io.BytesIO(again), tmp_path / "again").header.generation == first.id


def test_a_backup_of_another_ontology_is_not_published_after_what_is_there(backup: bytes, tmp_path: Path) -> None:
    other = rewritten(backup, _manifest(workshop="another"))

    with pytest.raises(BackupError, match="another ontology or version than what is published"):
        restore_backup(io.BytesIO(other), tmp_path / "state", replaces=True)

    assert restore_backup(io.BytesIO(other), tmp_path / "new").generation.id == 2


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (("backup", "x.zip"), "a name that ends in .tar, .tar.gz or .tgz is expected."),
        (
            ("backup", "nowhere/x.tar", "--state", "STATE"),
            "nowhere/x.tar cannot be written: No such file or directory.",
        ),
        (("backup", "x.tar", "--state", "nothing"), "Nothing has been published yet; run `cloudindex build`."),
        (("restore", "nothing.tar"), "neither the number of a generation nor a file."),
        (("restore", "7", "--replace"), "--replace, --tokens and --documents are for backups."),
        (("restore", "-", "--state", "/proc/nothing"), "/proc/nothing: cannot be made: No such file or directory"),
    ],
)
def test_what_cannot_be_done_is_said(arguments: tuple[str, ...], sentence: str, backup: bytes, tmp_path: Path) -> None:
    state = str(tmp_path / "state")
    assert sentence in refused(*(state if one == "STATE" else one for one in arguments), content=backup)


def test_a_text_that_is_missing_is_named(backup: bytes, tmp_path: Path) -> None:
    Texts(tmp_path / "state").sweep(())

    with pytest.raises(BackupError, match=r"The state folder lacks texts/.*so no backup was made"):
        archive_of(tmp_path / "state")


@pytest.mark.parametrize(
    ("digest", "suffix"),
    [("./../tokens", ".json"), ("/etc/passwd", ""), ("a" * 64, "/../../../tokens.json"), ("", "/")],
)
def test_no_text_is_looked_for_outside_of_its_folder(digest: str, suffix: str, tmp_path: Path) -> None:
    """A manifest may come from a server that others write to, too."""
    with pytest.raises(StateFolderError, match="a name that no text has"):
        Texts(tmp_path).path(digest, suffix)


def test_a_generation_that_is_purged_meanwhile_is_no_half_backup(backup: bytes, tmp_path: Path) -> None:
    state = tmp_path / "state"
    generation = find_current(state)
    assert generation is not None

    def purge(_mebibytes: int) -> None:
        shutil.rmtree(generation.folder, ignore_errors=True)

    with pytest.raises(GenerationGoneError):
        write_backup(generation, state, io.BytesIO(), is_packed=True, tell=purge)
