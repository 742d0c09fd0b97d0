"""What a page and a file show of a row is what the library's row says."""

from django_tables2.rows import BoundRow

from merchants.catalogue.models import Product
from merchants.companies.models import Merchant
from merchants.listings.models import Listing
from merchants.notes.models import Note
from merchants.pages.listing.tables import ListingTable
from merchants.pages.merchant.tables import MerchantDirectoryTable
from merchants.pages.note.tables import NoteTable
from merchants.pages.product.tables import ProductTable
from merchants.pages.store.tables import StoreTable
from merchants.stores.models import Store
from portal.accounts.models import AuditEntry, User
from portal.accounts.tables import AuditTable
from portal.ui.cells import in_a_file, on_a_page


def test_cells_are_what_the_row_of_the_table_says(live_listing: Listing, admin: User) -> None:
    for table in (
        ListingTable(Listing.objects.all()),
        ProductTable(Product.objects.all()),
        NoteTable(Note.objects.for_list()),
        StoreTable(Store.objects.for_list()),
        MerchantDirectoryTable(Merchant.objects.all()),
        AuditTable(AuditEntry.objects.all()),
    ):
        assert len(table.rows) > 0
        for record in table.data.data:
            row = BoundRow(record, table)
            for column in table.columns:
                assert in_a_file(column, table).of(record) == row.get_cell_value(column.name)
                assert on_a_page(column, table).of(record) == row.get_cell(column.name)
