"""公共支付: charges, payments, refunds and receipts for a reference code, in fen, in a ledger that cannot be overdrawn."""
