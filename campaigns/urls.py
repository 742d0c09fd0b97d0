from django.urls import include, path
from django.views.generic import RedirectView

from campaigns import api
from campaigns.pages.boost import appeal, asking
from campaigns.pages.boost import views as boost
from campaigns.pages.campaign import views as campaign
from campaigns.pages.cost import views as cost
from campaigns.pages.cost.importing import cost_file_new
from campaigns.pages.delivery import views as delivery
from campaigns.pages.economics import views as economics
from campaigns.pages.fairness import views as fairness
from campaigns.pages.fund import rounds
from campaigns.pages.fund import views as fund
from campaigns.pages.invoice import views as invoice
from campaigns.pages.merchant import views as merchant
from campaigns.pages.payment import views as payment
from campaigns.pages.reconciliation import views as reconciliation
from campaigns.pages.refund import views as refund
from campaigns.pages.sharing import partner
from campaigns.pages.sharing import views as sharing
from campaigns.pages.statement import views as statement
from campaigns.pages.wallet import views as wallet

app_name = "campaigns"

_merchant = [
    path("boosts/", boost.boost_list, name="boost-list"),
    path("boosts/grants/", rounds.award_list, name="award-list"),
    path("boosts/new/", asking.boost_new, name="boost-new"),
    path("boosts/quick/", asking.boost_quick, name="boost-quick"),
    path("boosts/<int:pk>/", boost.boost_detail, name="boost-detail"),
    path("boosts/<int:pk>/edit/", asking.boost_edit, name="boost-edit"),
    path("boosts/<int:pk>/submit/", boost.boost_submit, name="boost-submit"),
    path("boosts/<int:pk>/withdraw/", boost.boost_withdraw, name="boost-withdraw"),
    path("boosts/<int:pk>/pause/", boost.boost_pause, name="boost-pause"),
    path("boosts/<int:pk>/resume/", boost.boost_resume, name="boost-resume"),
    path("boosts/<int:pk>/appeal/", appeal.boost_appeal, name="boost-appeal"),
    path("boosts/<int:pk>/stop/", boost.boost_stop, name="boost-stop"),
    path("campaigns/", campaign.campaign_list, name="campaign-list"),
    path("campaigns/new/", campaign.campaign_new, name="campaign-new"),
    path("campaigns/<int:pk>/", campaign.campaign_detail, name="campaign-detail"),
    path("campaigns/<int:pk>/edit/", campaign.campaign_edit, name="campaign-edit"),
    path("campaigns/<int:pk>/close/", campaign.campaign_close, name="campaign-close"),
    path("campaigns/<int:pk>/open/", campaign.campaign_open, name="campaign-open"),
    path("campaigns/<int:pk>/notes/add/", campaign.campaign_note_add, name="campaign-note-add"),
    path(
        "campaigns/<int:pk>/notes/<int:note_pk>/remove/",
        campaign.campaign_note_remove,
        name="campaign-note-remove",
    ),
    path("costs/", cost.cost_list, name="cost-list"),
    path("costs/new/", cost.cost_new, name="cost-new"),
    path("costs/file/", cost_file_new, name="cost-file-new"),
    path("costs/<uuid:key>/", cost.cost_detail, name="cost-detail"),
    path("costs/<uuid:key>/edit/", cost.cost_edit, name="cost-edit"),
    path("costs/<uuid:key>/withdraw/", cost.cost_withdraw, name="cost-withdraw"),
    path("economics/", economics.assumption_list, name="assumption-list"),
    path("economics/new/", economics.assumption_new, name="assumption-new"),
    path("wallet/", wallet.wallet_detail, name="wallet-detail"),
    path("wallet/announce/", wallet.announcement_new, name="announcement-new"),
    path(
        "wallet/announced/<int:pk>/withdraw/",
        wallet.announcement_withdraw,
        name="announcement-withdraw",
    ),
    path("wallet/refunds/", refund.refund_list, name="refund-list"),
    path("wallet/refunds/new/", refund.refund_new, name="refund-new"),
    path("wallet/refunds/<int:pk>/withdraw/", refund.refund_withdraw, name="refund-withdraw"),
    path("invoices/", invoice.invoice_list, name="invoice-list"),
    path("invoices/new/", invoice.invoice_new, name="invoice-new"),
    path("invoices/<int:pk>/withdraw/", invoice.invoice_withdraw, name="invoice-withdraw"),
    path("invoices/<int:pk>/take-back/", invoice.invoice_ask_back, name="invoice-ask-back"),
    path("invoices/<int:pk>/keep/", invoice.invoice_keep, name="invoice-keep"),
    path("statements/", statement.statement_list, name="statement-list"),
    path("statements/<slug:month>/", statement.statement_detail, name="statement-detail"),
    path("wallet/deposit/", payment.wallet_deposit, name="wallet-deposit"),
]

_platform = [
    # Where notices of earlier days lead.
    path("reviews/<int:pk>/", RedirectView.as_view(url="../boost/%(pk)s/"), name="review-detail"),
    path("my-merchants/", merchant.merchant_list, name="merchant-list"),
    path("payments/new/", payment.payment_new, name="payment-new"),
    path("boosts/<int:pk>/stop/", appeal.boost_stop_any, name="boost-stop-any"),
    path("funds/", fund.fund_list, name="fund-list"),
    path("funds/new/", fund.fund_new, name="fund-new"),
    path("funds/<int:pk>/", fund.fund_detail, name="fund-detail"),
    path("funds/<int:pk>/rounds/new/", rounds.round_new, name="round-new"),
    path("rounds/<int:pk>/move/", rounds.round_move, name="round-move"),
    path("rounds/<int:pk>/call-off/", rounds.round_call_off, name="round-call-off"),
    path("funds/<int:pk>/partner/", sharing.partner_detail, name="partner-detail"),
    path("funds/<int:pk>/partner/address/", sharing.partner_address, name="partner-address"),
    path("funds/<int:pk>/partner/sign/", sharing.partner_sign, name="partner-sign"),
    path("funds/<int:pk>/partner/send/", sharing.partner_send, name="partner-send"),
    path("partners/codes/<int:pk>/revoke/", sharing.guest_revoke, name="guest-revoke"),
    path("rounds/<int:pk>/", rounds.round_detail, name="round-detail"),
    path("funds/<int:pk>/edit/", fund.fund_edit, name="fund-edit"),
    path("funds/<int:pk>/pay-in/", payment.fund_pay_in, name="fund-pay-in"),
    path("fairness/", fairness.fairness_list, name="fairness-list"),
    path("invoices/", invoice.issuing_list, name="issuing-list"),
    path("invoices/<int:pk>/issue/", invoice.invoice_issue, name="invoice-issue"),
    path("invoices/<int:pk>/return/", invoice.invoice_return, name="invoice-return"),
    path("invoices/<int:pk>/red/", invoice.invoice_take_back, name="invoice-take-back"),
    path("invoices/<int:pk>/red/decline/", invoice.invoice_decline, name="invoice-decline"),
    path("reconciliation/", reconciliation.reconciliation_list, name="reconciliation-list"),
    path("reconciliation/run/", reconciliation.reconciliation_run, name="reconciliation-run"),
    path("refunds/", refund.payout_list, name="payout-list"),
    path("refunds/<int:pk>/paid/", refund.payout_book, name="payout-book"),
    path("refunds/<int:pk>/turn-down/", refund.payout_turn_down, name="payout-turn-down"),
    path("ad-servers/", delivery.ad_server_list, name="ad-server-list"),
    path("ad-servers/new/", delivery.ad_server_new, name="ad-server-new"),
    path("ad-servers/<int:pk>/edit/", delivery.ad_server_edit, name="ad-server-edit"),
    path("ad-servers/<int:pk>/messages/", delivery.message_list, name="delivery-message-list"),
    path("deliveries/refused/", delivery.refused_list, name="refused-list"),
    path("deliveries/apart/", delivery.apart_list, name="apart-list"),
]

urlpatterns = [
    path("m/<slug:merchant_code>/", include(_merchant)),
    path("platform/", include(_platform)),
    path("invoices/<int:pk>/file/", invoice.invoice_document, name="invoice-document"),
    path("invoices/<int:pk>/red-letter/", invoice.red_document, name="red-document"),
    path("partner/", partner.partner_enter, name="partner-enter"),
    path("partner/fund/", partner.partner_fund, name="partner-fund"),
    path("partner/leave/", partner.partner_leave, name="partner-leave"),
    path("api/v1/deliveries/<slug:code>", api.deliveries, name="deliveries"),
]
