"""What can be shown to a third party: chain, public log, checkpoints, certificates, receipts, acknowledgements."""
