"""What is chosen enters a query as a value: a folder, a person and an agency may be called as people call them."""

from __future__ import annotations

from pathlib import Path

from personshaped.sql import literal
from personshaped.study import looking, study

ODD = "o'brien; DROP TABLE persons --"
WHO = f"{ODD}:{ODD}"


def test_a_value_is_a_value() -> None:
    assert literal("o'brien") == "'o''brien'"
    assert literal(Path("/home/o'brien")) == "'/home/o''brien'"
    assert literal(["a", "b'"]) == "('a', 'b''')"
    assert literal([]) == "(NULL)"


def test_a_study_of_a_folder_a_person_and_an_agency_with_quotes_in_their_names(tmp_path: Path) -> None:
    folder = tmp_path / ODD.replace("/", "")
    folder.mkdir()
    (folder / "study.toml").write_text('[study]\nname = "x"\n[lawful]\npersonal_data = false\n')
    (folder / "interactions.csv").write_text(
        "interaction_id,person_ref,agency,started_at,activity,words\n"
        f"1,{ODD},{ODD},2022-03-19,demand,I can't get up my stairs\n"
        f"2,{ODD},{ODD},2022-03-21,assess,it's noted\n"
        f"3,{ODD},{ODD},2022-03-29,demand,I still can't get up my stairs\n"
    )
    study(folder)
    looked = looking.figure(folder, None, "demands", None, [WHO], True)
    assert looked.rows is not None
    assert len(list(looked.rows)) == 2
    looking.story(folder, None, WHO)
