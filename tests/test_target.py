"""Target detection: what tells nothing first, then what tells something, then which of them wins."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from freezelint.target import Target, detect, markers, project, versions

UV_LOCK = '[[package]]\nname = "tensorflow"\nversion = "2.18.0"\nsource = { registry = "x" }\n'


@pytest.mark.parametrize(
    ("requirement", "keras"),
    [
        ("tensorflow", None),
        ("tensorflow>=2.0", None),
        ("tensorflow>2.15", None),
        ("tensorflow<=2.16", None),
        ("tensorflow<2.16.2", None),
        ("tensorflow~=2.15", None),
        ("tensorflow!=2.15.0", None),
        ("tensorflow>=2.10,<2.17", None),
        ("tensorflow==2.*", None),
        ("tensorflow==2.15,>=2.16", None),
        ("tensorflow @ https://example.org/tensorflow-2.15.whl", None),
        ("tensorflow-io==0.31", None),
        ("keras-tuner==1.4", None),
        ("keras_preprocessing>=1", None),
        ("keras", None),
        ("keras>=2.4", None),
        ("numpy<2", None),
        ("tensorflow<2.16", "2"),
        ("tensorflow < 2.16.0 ; python_version < '3.12'", "2"),
        ("tensorflow<=2.15", "2"),
        ("tensorflow==2.15.1", "2"),
        ("tensorflow-gpu==1.14", "2"),
        ("tensorflow_cpu~=2.15.0", "2"),
        ("TensorFlow[and-cuda]==2.12.*", "2"),
        ("tensorflow=2.10=gpu_py39", "2"),
        ("tf-keras", "2"),
        ("tf_keras>=2.16", "2"),
        ("keras<3", "2"),
        ("keras==2.4.3", "2"),
        ("tensorflow>=2.16", "3"),
        ("tensorflow[and-cuda]>=2.17,<3", "3"),
        ("tensorflow==2.16.1", "3"),
        ("keras>=3", "3"),
        ("keras==3.*", "3"),
        ("keras~=3.4", "3"),
        ("tensorflow (>=2.18,<3.0)", "3"),
    ],
)
def test_what_a_requirement_tells(requirement: str, keras: str | None) -> None:
    found = versions.requirement(requirement)
    assert (found[2] if found else None) == keras


@pytest.mark.parametrize(
    ("name", "text", "origin", "keras"),
    [
        ("requirements.txt", "numpy\ntensorflow>=2.16  # new\n", "requirements.txt: tensorflow>=2.16", "3"),
        (
            "requirements-dev.txt",
            "# tensorflow<2\n-r a.txt\ntensorflow==2.9.1 \\\n --hash=x",
            "requirements-dev.txt: tensorflow==2.9.1",
            "2",
        ),
        (
            "pyproject.toml",
            "[project]\ndependencies = ['tensorflow>=2.17']",
            "pyproject.toml: tensorflow>=2.17",
            "3",
        ),
        (
            "pyproject.toml",
            "[project.optional-dependencies]\ntf = ['keras<3']",
            "pyproject.toml: keras<3",
            "2",
        ),
        (
            "pyproject.toml",
            "[dependency-groups]\ndev = [{include-group='x'}, 'tf_keras']",
            "pyproject.toml: tf_keras",
            "2",
        ),
        (
            "pyproject.toml",
            "[tool.poetry.dependencies]\ntensorflow = '~2.13'",
            "pyproject.toml: tensorflow~2.13",
            "2",
        ),
        (
            "pyproject.toml",
            "[tool.poetry.group.ml.dependencies]\nkeras = {version = '^3.1'}",
            "pyproject.toml: keras^3.1",
            "3",
        ),
        (
            "setup.py",
            "setup(install_requires=[\n  'tensorflow>=2.16',  # 'keras<3'\n])",
            "setup.py: tensorflow>=2.16",
            "3",
        ),
        (
            "setup.cfg",
            "[options]\ninstall_requires =\n    tensorflow<2.11\n",
            "setup.cfg: tensorflow<2.11",
            "2",
        ),
        ("setup.cfg", "[options]\ninstall_requires = keras>=3\n", "setup.cfg: keras>=3", "3"),
        ("Pipfile", "[packages]\ntensorflow = '==2.8'", "Pipfile: tensorflow==2.8", "2"),
        (
            "Pipfile.lock",
            json.dumps({"default": {"tensorflow": {"version": "==2.18.0"}}}),
            "Pipfile.lock: tensorflow==2.18.0",
            "3",
        ),
        ("uv.lock", UV_LOCK, "uv.lock: tensorflow==2.18.0", "3"),
        (
            "poetry.lock",
            '[[package]]\nname = "keras"\nversion = "2.15.0"\n',
            "poetry.lock: keras==2.15.0",
            "2",
        ),
        (
            "environment.yml",
            "dependencies:\n  - python=3.9\n  - conda-forge::tensorflow=2.10\n",
            "environment.yml: tensorflow=2.10",
            "2",
        ),
        (
            "environment.yml",
            "dependencies:\n  - pip:\n    - 'keras>=3.3'\n",
            "environment.yml: keras>=3.3",
            "3",
        ),
    ],
)
def test_each_dependency_file(tmp_path: Path, name: str, text: str, origin: str, keras: str) -> None:
    (tmp_path / name).write_text(text, encoding="utf-8")
    assert project.ask(str(tmp_path)) == project.Answer(keras, origin)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("requirements.txt", "tensorflow\nkeras\n"),
        ("pyproject.toml", "[project\ndependencies = ['tensorflow>=2.17']"),
        ("pyproject.toml", "[project]\ndependencies = 'tensorflow>=2.17'"),
        ("Pipfile.lock", '{"default": ["tensorflow==2.1"'),
        ("notes.txt", "tensorflow==2.3"),
    ],
)
def test_files_that_tell_nothing(tmp_path: Path, name: str, text: str) -> None:
    (tmp_path / name).write_text(text, encoding="utf-8")
    (tmp_path / ".git").mkdir()
    assert project.ask(str(tmp_path)) is None


def write(directory: Path, **files: str) -> str:
    directory.mkdir(exist_ok=True)
    for name, text in files.items():
        (
            directory / {"requirements": "requirements.txt", "lock": "uv.lock", "other": "requirements-b.txt"}[name]
        ).write_text(text)
    return str(directory)


def test_a_contradiction_tells_nothing_and_says_so(tmp_path: Path) -> None:
    answer = project.ask(write(tmp_path, requirements="tensorflow==2.10", other="keras>=3"))
    assert answer == project.Answer(None, "requirements-b.txt: keras>=3 contradicts requirements.txt: tensorflow==2.10")
    assert detect(directory=str(tmp_path)) == Target(keras_from=answer.origin)


def test_tf_keras_is_keras_2_where_it_is_declared_not_where_it_was_only_locked(tmp_path: Path) -> None:
    declared = write(tmp_path / "a", requirements="tensorflow>=2.16\ntf_keras\n")
    assert project.ask(declared) == project.Answer("2", "requirements.txt: tf_keras")
    locked = UV_LOCK + '\n[[package]]\nname = "tf-keras"\nversion = "2.18.0"\n'
    answer = project.ask(write(tmp_path / "b", lock=locked))
    assert answer == project.Answer(None, "uv.lock: tensorflow==2.18.0 contradicts uv.lock: tf-keras==2.18.0")


def test_the_nearest_dependencies_win_and_the_search_ends_at_the_projects_top(tmp_path: Path) -> None:
    write(tmp_path, requirements="tensorflow==2.10")
    (tmp_path / "repo" / "src" / "deep").mkdir(parents=True)
    (tmp_path / "repo" / "pyproject.toml").write_text("[project]\nname = 'x'\n")
    assert project.ask(str(tmp_path / "repo" / "src" / "deep")) is None
    write(tmp_path / "repo", requirements="keras>=3")
    project.ask.cache_clear()
    assert project.ask(str(tmp_path / "repo" / "src" / "deep")) == project.Answer("3", "requirements.txt: keras>=3")


@pytest.mark.parametrize(
    "text",
    [
        "",
        "import tensorflow as tf\nfrom tensorflow import keras\nmodel = keras.Sequential()\n",
        "# import tf_keras\n# keras.ops.add\n",
        "from tensorflow.keras.preprocessing.image import ImageDataGenerator\n",
        "from keras.saving import register_keras_serializable\n",
        "import tensorflow.keras.layers as layers\nlayers.Dense(3)\n",
        "torch.optim.Adam(model.parameters(), lr=1e-3)\n",
        "opt = Adam(learning_rate=1e-3)\n",
        "os.environ['KERAS_BACKEND']\n",
        "if os.environ.get('TF_USE_LEGACY_KERAS') == '1': pass\n",
        "np.random.rand()\ntf.random.normal([1])\n",
        "x = keras.ops.add(a, b)\nmodel.fit_generator(g)\n",
    ],
)
def test_texts_that_tell_nothing(text: str) -> None:
    assert markers.read(text) == markers.Marks()


@pytest.mark.parametrize(
    ("text", "keras"),
    [
        ("import tf_keras as keras", "2"),
        ("    from tf_keras import layers", "2"),
        ("os.environ['TF_USE_LEGACY_KERAS'] = '1'", "2"),
        ('os.environ.setdefault("TF_USE_LEGACY_KERAS", "True")', "2"),
        ("from tensorflow.python.keras.models import Model", "2"),
        ("tf.contrib.layers.xavier_initializer()", "2"),
        ("from keras.layers.core import Dense", "2"),
        ("from keras.layers.merge import concatenate", "2"),
        ("from tensorflow.keras.layers.experimental import preprocessing", "2"),
        ("from keras.engine.topology import Layer", "2"),
        ("from keras.utils import np_utils", "2"),
        ("from keras.utils.vis_utils import plot_model", "2"),
        ("model.fit_generator(g)", "2"),
        ("model.fit(x, y, nb_epoch=3)", "2"),
        ("model.compile(optimizers.Adam(lr=1e-4))", "2"),
        ("opt = tf.keras.optimizers.legacy.Adam()", "2"),
        ("y = keras.ops.add(a, b)", "3"),
        ("tf.keras.random.normal((2,))", "3"),
        ("from keras import layers, ops", "3"),
        ("v = keras.Variable(1.0)", "3"),
        ("import keras_hub", "3"),
        ("layers.TFSMLayer(path)", "3"),
        ("os.environ['KERAS_BACKEND'] = 'jax'", "3"),
    ],
)
def test_texts_that_tell_the_generation(text: str, keras: str) -> None:
    marks = markers.read(f"import os\n{text}\n")
    assert marks.keras == keras
    if "KERAS_BACKEND" not in text:
        assert marks.keras_from == f"the file's own line: {text.strip()}"


def test_the_backend(tmp_path: Path) -> None:
    jax = "os.environ['KERAS_BACKEND'] = 'jax'"
    tensorflow = "os.environ['KERAS_BACKEND'] = 'tensorflow'"
    assert detect(text=jax) == Target(
        "3", "jax", "the file sets KERAS_BACKEND to jax", "the file sets KERAS_BACKEND to jax"
    )
    assert detect(text=tensorflow) == Target(
        None, "tensorflow", "nothing tells", "the file sets KERAS_BACKEND to tensorflow"
    )
    assert detect(keras_version="2", text=jax) == Target(
        "2", "tensorflow", "setting keras-version", "Keras 2 runs on TensorFlow only"
    )
    assert detect(backend="torch", text=jax).backend_from == "setting backend"


def test_the_order_setting_then_the_files_own_choice_then_dependencies_then_the_file(tmp_path: Path) -> None:
    directory = write(tmp_path, requirements="tensorflow>=2.16")
    old, chosen = "model.fit_generator(g)", "import tf_keras"
    assert (
        detect(keras_version="2", keras_origin="--keras-version", directory=directory).keras_from == "--keras-version"
    )
    assert detect(directory=directory, text=old) == Target("3", None, "requirements.txt: tensorflow>=2.16")
    assert detect(directory=directory, text=chosen).keras_from == "the file's own line: import tf_keras"
    assert detect(text=old).keras == "2"
    assert detect() == Target()
    assert detect().generations == ("2", "3")
