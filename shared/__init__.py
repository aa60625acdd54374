"""What the services share: journal, relay, reader, envelope, the catalogue of events, HTTP glue. Imports no service."""
