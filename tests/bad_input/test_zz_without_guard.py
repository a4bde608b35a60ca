
import pytest
from django.test import Client
from tests.bad_input import test_guard as g
pytestmark = pytest.mark.django_db(transaction=True)
def test_without(settings, monkeypatch):
    settings.MIDDLEWARE=[m for m in settings.MIDDLEWARE if "guard" not in m]
    monkeypatch.setattr("yiwang.channels.openapi.gate.unreadable", lambda r: False)
    from yiwang.domains.identity.tests.factories import make_person, make_staff, sign_in
    found=[]; n=0
    askers={"anon":Client(raise_request_exception=False),"person":sign_in(Client(raise_request_exception=False),make_person()),"staff":sign_in(Client(raise_request_exception=False),make_staff()),"op":sign_in(Client(raise_request_exception=False),make_staff(roles=("operator",)))}
    for who,c in askers.items():
        for bad in g.NO_TEXT:
            for a in g.PATHS+g.QUERIES:
                n+=1
                if c.get(a.format(bad)).status_code>=500: found.append((who,a,bad))
            for a,name in g.FORMS:
                n+=1
                if c.generic("POST",a,f"{name}={bad}",content_type="application/x-www-form-urlencoded").status_code>=500: found.append((who,"POST "+a,bad))
    spelled = chr(34) + "\\000" * 12 + chr(34)
    for name in ("sessionid", "csrftoken", "language", "yiwang_look", "messages"):
        c = Client(headers={"cookie": f"{name}={spelled}"},raise_request_exception=False)
        for a in ("/me/","/"):
            n+=1
            if c.get(a).status_code>=500: found.append(("cookie",name,a))
    open("/tmp/without_guard.txt","w").write(f"{n} asked, {len(found)} 5xx\n"+"\n".join(map(str,found)))
