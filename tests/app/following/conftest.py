"""A small corpus of made-up documents that a test may amend."""

from pathlib import Path

import pytest
from amended_corpus import AmendedCorpus
from small_corpus import LAW_2018, OLD_DEPOSITS, with_documents

from ingest.settings import Settings

REGISTER = """# 仓库登记规定

2019年3月2日 海关总署令第411号公布

第一条 为了规范仓库登记，制定本规定。

第二条 仓库经营人应当在每月五日前报送登记簿（含电子登记簿）。

第三条 有下列情形之一的，仓库经营人应当立即报告：

（一）货物短少超过百分之三；

（二）封志损坏。

第四条 逾期报送登记簿的，处二千元罚款，但不可抗力除外。

第五条 本规定自2019年5月1日起施行。
"""
GATES = """GACC Announcement No. 44 of 2020 on Gates of Bonded Yards

1. The operator of a bonded yard shall keep each gate locked between ten in the evening and six in the morning.

2. A driver may wait (with the engine switched off) in front of a gate for not more than thirty minutes.

3. The operator shall report to the local Customs without delay:

(1) a gate that cannot be locked for more than one hour;

(2) a seal of a container that was found broken at a gate.

4. A gate shall be painted in a colour that can be seen at night.

5. This Announcement shall enter into force as from 1 March 2020.
"""


@pytest.fixture
def small(tmp_path: Path) -> Settings:
    return with_documents(tmp_path, OLD_DEPOSITS, LAW_2018, REGISTER, GATES)


@pytest.fixture
def corpus(small: Settings) -> AmendedCorpus:
    return AmendedCorpus(small)
