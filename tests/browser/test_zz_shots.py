"""Throwaway."""
import pytest
from tests.town import Town
from tests.web.visitors import folds
from thresholds.vocabulary import Instrument
from referendum.kernel.people import Authority
from referendum.identity import sessions
pytestmark = pytest.mark.browser
import os

def test_shots(town: Town, open_page, axe):
    a = town.opens(Instrument.INITIATIVE)
    for n in town.some(9): town.signs(a, n)
    town.brings(a, town.some(6, district=5), bad=3); folds(town, a)
    b = town.qualifies(Instrument.REFERENDUM, 60); 
    town.calls(b, Authority.MAYOR); town.votes(b, turnout=6, votes={"yes": 4, "no": 2}); town.certifies(b, Authority.ELECTION_COMMISSION)
    folds(town, b)
    c = town.opens(Instrument.RECALL); town.brings(c, town.spread(40)); folds(town, c)
    d = town.opens(Instrument.ADVISORY)
    town.drafts(Instrument.RECALL)
    with town.begin() as uow:
        token = sessions.open_resident(uow, town.resident(1)).token
    bad = []
    for path in os.environ["PATHS"].split():
        for w, lang in ((360, "ko"), (1280, "en")):
            p = open_page(path, width=w, lang=lang, session=token if "SESSION" in os.environ else None)
            name = path.strip("/").replace("/", "_").replace("?","_") or "home"
            p.screenshot(path=f"/tmp/shots/{name}-{w}.png", full_page=True)
            bad += axe(p)
            o = p.evaluate("[...document.querySelectorAll('body *')].filter(e=>e.getBoundingClientRect().right>innerWidth+1 && !e.closest('.scroll')).slice(0,6).map(e=>e.tagName+'.'+e.className+' '+e.textContent.slice(0,50))")
            if o: bad.append(path+str(w)+str(o))
            p.context.close()
    print("\n".join(bad))
    assert not bad
