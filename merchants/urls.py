from django.urls import include, path, re_path

from merchants.pages.application import views as application
from merchants.pages.link import views as link
from merchants.pages.listing import views as listing
from merchants.pages.matrix import views as matrix
from merchants.pages.merchant import views as merchant
from merchants.pages.note import views as note
from merchants.pages.product import views as product
from merchants.pages.rulechange import proposing
from merchants.pages.rulechange import views as rulechange
from merchants.pages.store import views as store

app_name = "merchants"

_merchant = [
    path("company/", merchant.merchant_detail, name="merchant-detail"),
    path("company/submit/", merchant.merchant_submit, name="merchant-submit"),
    path("stores/", store.store_list, name="store-list"),
    path("stores/new/", store.store_new, name="store-new"),
    path("stores/<int:pk>/", store.store_detail, name="store-detail"),
    path("stores/<int:pk>/edit/", store.store_edit, name="store-edit"),
    path("products/", product.product_list, name="product-list"),
    path("products/new/", product.product_new, name="product-new"),
    path("products/paste/", product.product_paste, name="product-paste"),
    path("products/<int:pk>/", product.product_detail, name="product-detail"),
    path("products/<int:pk>/edit/", product.product_edit, name="product-edit"),
    path("notes/", note.note_list, name="note-list"),
    path("notes/feed/", note.feed_request_new, name="feed-request-new"),
    path(
        "notes/feed/<int:pk>/withdraw/",
        note.feed_request_withdraw,
        name="feed-request-withdraw",
    ),
    path("notes/<int:pk>/", note.note_detail, name="note-detail"),
    path("notes/<int:pk>/cover/", note.note_cover, name="note-cover"),
    path("listings/", listing.listing_list, name="listing-list"),
    path("listings/new/", listing.listing_new, name="listing-new"),
    path("listings/<int:pk>/", listing.listing_detail, name="listing-detail"),
    path("listings/<int:pk>/qr/", listing.listing_qr, name="listing-qr"),
    path("listings/<int:pk>/edit/", listing.listing_edit, name="listing-edit"),
    path("listings/<int:pk>/publish/", listing.listing_publish, name="listing-publish"),
    path("listings/<int:pk>/pause/", listing.listing_pause, name="listing-pause"),
    path("listings/<int:pk>/resume/", listing.listing_resume, name="listing-resume"),
    path("listings/<int:pk>/end/", listing.listing_end, name="listing-end"),
    path("openings/", application.offer_list, name="offer-list"),
    path("applications/", application.application_list, name="application-list"),
    path("applications/new/", application.application_new, name="application-new"),
    path("applications/<int:pk>/", application.application_detail, name="application-detail"),
]

_platform = [
    path("merchants/", merchant.merchant_directory, name="merchant-directory"),
    path("merchants/<int:pk>/manager/", merchant.merchant_assign, name="merchant-assign"),
    path("stores/", store.store_directory, name="store-directory"),
    path("changes/", rulechange.rulechange_list, name="rulechange-list"),
    path("changes/new/", proposing.rulechange_new, name="rulechange-new"),
    path("changes/<int:pk>/", rulechange.rulechange_detail, name="rulechange-detail"),
    path("changes/<int:pk>/back/", proposing.rulechange_back, name="rulechange-back"),
    path("changes/<int:pk>/withdraw/", rulechange.rulechange_withdraw, name="rulechange-withdraw"),
    # The addresses of before.
    path("openings/", rulechange.openings_of_before, name="opening-list"),
    path("openings/new/", rulechange.new_opening_of_before, name="opening-new"),
    path("openings/<int:pk>/", rulechange.opening_of_before, name="opening-detail"),
    path("policy/", matrix.policy_matrix, name="policy-matrix"),
    path("policy/json/", matrix.policy_json, name="policy-json"),
    path("policy/cell/", matrix.policy_cell, name="policy-cell"),
    path("policy/calendar/", matrix.policy_calendar, name="policy-calendar"),
    path("applications/", application.application_directory, name="application-directory"),
]

urlpatterns = [
    # First of all: it is asked for more often than all others, which are tried in their order.
    # Whatever stands behind it, as readers send it; people who type in capitals type all of it so.
    re_path(r"^[lL]/(?P<code>[\s\S]*)$", link.link_follow, name="link-follow"),
    path("merchants/new/", merchant.merchant_new, name="merchant-new"),
    path("m/<slug:merchant_code>/", include(_merchant)),
    path("platform/", include(_platform)),
    # What people handed in has a path of its own, apart from the pages.
    path(
        "files/applications/<int:pk>/",
        application.application_document,
        name="application-document",
    ),
    path("p/<int:pk>/", link.product_card, name="product-card"),
    path("s/<int:pk>/", link.store_card, name="store-card"),
    path("find/", link.product_search, name="product-search"),
]
