"""Names of people who do not exist, put together from lists of syllables."""

from __future__ import annotations

from typing import Final

FAMILIES: Final = tuple(
    "김이박최정강조윤장임한오서신권황안송전홍유고문양손배백허남심노하곽성차주우구민나"
)
FIRSTS: Final = tuple(
    "가건경규기나다도동라로루마모미민보빈상새서선세소솔수슬승시아연영예온우유윤은재정주준지진찬채태하한해"
)
SECONDS: Final = tuple(
    "겸결경구국규금나늘단담라람란래록루른림매명모미민벼별봄빈빛산샘설솔슬실아안영온운원윤율은음이인정찬후"
)
FOREIGN_FAMILIES: Final = ("ABARO", "BELTRAN", "CHO-LIN", "DOMBAY", "ESKIN", "FARUQ", "HOANG")
FOREIGN_GIVEN: Final = ("ALMA", "BINH", "CORA", "DAVRON", "ELIA", "FENG", "GINO", "HANA", "IVO")
