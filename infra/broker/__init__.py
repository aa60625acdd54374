"""NATS as the services find it: one configuration, used by the embedded broker and by the containers alike."""
