"""What people reach: the front page, guides, applications, their cases, verification. `me_urls` adds the rest of `/me/`."""

from django.urls import URLPattern, path

from yiwang.channels.portal import (
    applying,
    cases,
    correcting,
    entries,
    guide_sheet,
    guides,
    handing_in,
    home,
    me_urls,
    offices,
    places,
    progress,
    ratings,
    search,
    verification,
)

app_name = "portal"

urlpatterns: list[URLPattern] = [
    path("", home.home, name="home"),
    path("search", search.search, name="search"),
    path("search/suggestions", search.suggestions, name="suggestions"),
    path("search/person", search.person, name="search-person"),
    path("items/<str:code>", guides.item, name="item"),
    path("items/<str:code>/print", guide_sheet.sheet, name="guide-sheet"),
    path("items/<str:code>/apply", applying.apply, name="apply"),
    path("items/<str:code>/apply/check", handing_in.check, name="apply-check"),
    path("items/<str:code>/apply/new-version", handing_in.new_version, name="apply-new-version"),
    path("items/<str:code>/apply/discard", handing_in.discard, name="apply-discard"),
    path("items/<str:code>/apply/<slug:page>", applying.page, name="apply-page"),
    path("items/<str:code>/apply/<slug:page>/<slug:group>/<int:number>", entries.entry, name="apply-entry"),
    path("regions.json", places.regions, name="regions"),
    path("life/<str:event>", guides.life, name="life"),
    path("offices", offices.offices, name="offices"),
    path("offices/<str:code>", guides.office, name="office"),
    path("reviews/", ratings.reviews, name="reviews"),
    path("progress", progress.progress, name="progress"),
    path("verify", verification.verify, name="verify"),
    path("me/cases", cases.my_cases, name="cases"),
    path("me/cases/<str:number>", cases.case, name="case"),
    path("me/cases/<str:number>/receipt", cases.receipt, name="receipt"),
    path("me/cases/<str:number>/documents/<uuid:document_id>", cases.document, name="case-document"),
    path("me/cases/<str:number>/withdraw", cases.withdraw, name="case-withdraw"),
    path("me/cases/<str:number>/correction", correcting.correction, name="case-correction"),
    path("me/cases/<str:number>/rate", ratings.rate, name="case-rate"),
    *me_urls.urlpatterns,
]
